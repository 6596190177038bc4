//! Pictures on boards.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::limits;
use kakehashi_protocol::rights::Role;
use serde::Serialize;
use utoipa::ToSchema;

use super::Site;
use super::boards::no_store;
use super::body::read_body;
use super::problem::Problem;
use super::who::admitted;
use crate::assets::{AssetId, AssetKind, ParseAssetIdError};

/// A picture that was kept.
#[derive(Serialize, ToSchema)]
pub struct NewAsset {
    /// Its name: 64 hexadecimal digits, the hash of its bytes.
    pub asset: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Its size in bytes, without what followed after its end.
    pub bytes: usize,
}

/// Keeps a picture for a board.
///
/// # Errors
/// 403 for viewers and where the board is closed, 413 beyond the limits, 415 and 422 for what is no picture that is kept, 404 without the board,
/// 507 when the disk is full.
#[utoipa::path(post, path = "/api/v1/boards/{board}/assets", tag = "assets", params(("board" = String, Path, description = "The board's name")),
    request_body(content = Vec<u8>, content_type = "image/*", description = "PNG, JPEG, WebP or GIF"), responses(
    (status = 201, description = "Kept, durable", body = NewAsset),
    (status = 403, description = "`role`, `closed`, `removed`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_board`", body = Problem, content_type = "application/problem+json"),
    (status = 413, description = "`asset_too_large`, `asset_pixels`", body = Problem, content_type = "application/problem+json"),
    (status = 415, description = "`asset_type`: of a type that is not kept, or not of the type it says", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`asset_type`: not whole", body = Problem, content_type = "application/problem+json"),
))]
pub async fn put(
    State(site): State<Arc<Site>>,
    Path(board): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let board: BoardId = board.parse()?;
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if AssetKind::of_media_type(declared).is_none() {
        // Before the body: it need not be sent at all.
        return Err(crate::assets::AssetError::NotAllowed { declared: declared.chars().take(100).collect() }.into());
    }
    site.hub.services.log.code_of(board).await?;
    admitted(&site, board, &headers, Role::Member).await?;
    let Ok(_place) = site.uploads.try_acquire() else {
        return Err(Problem::busy("too many pictures are being taken in; try again"));
    };
    let bytes = read_body(&headers, body, limits::ASSET_BYTES_MAX).await?;
    let asset = site.assets.put(board, declared, bytes).await?;
    let body = NewAsset { asset: asset.id.to_string(), width: asset.width, height: asset.height, bytes: asset.bytes };
    Ok((StatusCode::CREATED, no_store(), Json(body)))
}

/// A picture of a board.
///
/// # Errors
/// 403 where the board is closed to who asks, 404 if the board has none of this name.
#[utoipa::path(get, path = "/api/v1/boards/{board}/assets/{asset}", tag = "assets",
    params(("board" = String, Path, description = "The board's name"), ("asset" = String, Path, description = "The picture's name")), responses(
    (status = 200, description = "The picture", body = Vec<u8>, content_type = "image/*"),
    (status = 403, description = "`closed`, `removed`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_asset`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(
    State(site): State<Arc<Site>>,
    Path((board, asset)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let board: BoardId = board.parse()?;
    let asset: AssetId = asset.parse().map_err(|error: ParseAssetIdError| Problem::malformed(error.to_string()))?;
    admitted(&site, board, &headers, Role::Viewer).await?;
    let (kind, bytes) = site.assets.get(board, asset).await?;
    let mut response = (no_store(), bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    // Saved, it is called what it is, whatever its bytes could be taken for. Who links to it as a page
    // finds a page that can do nothing (`safety`).
    if let Ok(name) = HeaderValue::from_str(&format!("inline; filename=\"{}.{}\"", &asset.to_string()[..16], kind.extension())) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
