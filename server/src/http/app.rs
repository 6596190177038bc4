//! The app's files, and the page for all addresses that the app itself understands.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::Site;
use super::problem::Problem;
use super::safety::allow_app;
use super::snapshots::accepts;
use crate::app_files::{AppFile, Encoding};

/// Addresses, without their first slash, at which the app shows a screen of its own. Those of boards are `b/…`.
const SCREENS: &[&str] = &["", "index.html", "kiosk", "setup", "invite", "reset", "account", "admin", "panels", "timetable"];

/// A file of the app, or its page.
///
/// # Errors
/// 404 for what is neither, 405 for anything but reading.
pub async fn show(State(site): State<Arc<Site>>, method: Method, uri: Uri, request: HeaderMap) -> Result<Response, Problem> {
    if !matches!(method, Method::GET | Method::HEAD) {
        return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", format!("{method} is not allowed here; GET is")));
    }
    let path = uri.path().trim_start_matches('/');
    let place = if is_screen(path) { "index.html" } else { path };
    let file = site.files.get(place).ok_or_else(|| Problem::not_found("not_found", format!("there is nothing at {}", uri.path())))?;
    let mut response = answer(file, &request);
    if file.is_active() {
        allow_app(&request, response.headers_mut());
    }
    Ok(response)
}

/// Whether the app shows a screen at a path.
fn is_screen(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    SCREENS.contains(&path) || path.strip_prefix("b/").is_some_and(|board| !board.is_empty() && !board.contains('/'))
}

fn answer(file: &AppFile, request: &HeaderMap) -> Response {
    let encoding = [(Encoding::Brotli, "br"), (Encoding::Gzip, "gzip")].into_iter().find(|(_, name)| accepts(request, name));
    let known = request.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let mut response = if known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == file.etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match encoding.and_then(|(encoding, name)| Some((file.encoded(encoding)?, name))) {
            Some((bytes, name)) => ([(header::CONTENT_ENCODING, name)], bytes.clone()).into_response(),
            None => file.bytes.clone().into_response(),
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    let caching = if file.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    // Weak, for it is the same for each encoding.
    if let Ok(etag) = HeaderValue::from_str(&format!("W/{}", file.etag)) {
        headers.insert(header::ETAG, etag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_shows_its_screens_and_nothing_else() {
        for path in ["", "index.html", "kiosk", "kiosk/", "panels", "b/2gv4mzt6ksc8w5rjq9h3xbnpde", "b/x/"] {
            assert!(is_screen(path), "{path}");
        }
        for path in ["b", "b/", "b/x/y", "kiosk/x", "sw.js", "assets/app.js", "api/v1/nothing"] {
            assert!(!is_screen(path), "{path}");
        }
    }
}
