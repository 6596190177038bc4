//! The app's files, and the page for all addresses that the app itself understands.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::Site;
use super::problem::Problem;
use super::snapshots::accepts;
use crate::app_files::{AppFile, Encoding};

/// What the page may load and do.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws: wss:; img-src 'self' blob: data:; \
    style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";
/// The same for browsers that know no word for "WebAssembly, but no other eval".
const OLD_POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-eval'; connect-src 'self' ws: wss:; img-src 'self' blob: data:; \
    style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

/// A file of the app, or its page.
///
/// # Errors
/// 404 for what is neither, 405 for anything but reading.
pub async fn show(State(site): State<Arc<Site>>, method: Method, uri: Uri, request: HeaderMap) -> Result<Response, Problem> {
    if !matches!(method, Method::GET | Method::HEAD) {
        return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", format!("{method} is not allowed here; GET is")));
    }
    let path = uri.path().trim_start_matches('/');
    let is_page = path.is_empty() || path == "index.html" || path.strip_prefix("b/").is_some_and(|board| !board.is_empty());
    let place = if is_page { "index.html" } else { path };
    if site.files.get(place).is_none() {
        return Err(Problem::not_found("not_found", format!("there is nothing at {}", uri.path())));
    }
    let encoding = [(Encoding::Brotli, "br"), (Encoding::Gzip, "gzip")].into_iter().find(|(_, name)| accepts(&request, name));
    if let Some((encoding, _)) = encoding
        && !site.files.get(place).is_none_or(|file| file.is_ready(encoding))
    {
        let (site, place) = (Arc::clone(&site), place.to_owned());
        let packed = tokio::task::spawn_blocking(move || site.files.get(&place).and_then(|file| file.encoded(encoding)).is_some()).await;
        if packed.is_err() {
            return Err(Problem::busy("the file could not be compressed"));
        }
    }
    let file = site.files.get(place).ok_or_else(|| Problem::not_found("not_found", "there is nothing here"))?;
    let mut response = answer(file, encoding, &request);
    if is_page {
        let policy = if is_old(&request) { OLD_POLICY } else { POLICY };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    }
    Ok(response)
}

fn answer(file: &AppFile, encoding: Option<(Encoding, &'static str)>, request: &HeaderMap) -> Response {
    let known = request.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let mut response = if known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == file.etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match encoding.and_then(|(encoding, name)| Some((file.encoded(encoding)?, name))) {
            Some((bytes, name)) => ([(header::CONTENT_ENCODING, name)], bytes).into_response(),
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

/// Whether a browser is older than `'wasm-unsafe-eval'`: Chromium below 97, Firefox below 102, Safari below 16.
fn is_old(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let version = |name: &str| -> Option<u32> {
        let rest = agent.split_once(name)?.1;
        rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
    };
    match (version("Chrome/"), version("Firefox/"), version("Version/")) {
        (Some(chrome), _, _) => chrome < 97,
        (_, Some(firefox), _) => firefox < 102,
        (_, _, Some(safari)) => safari < 16,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_panels_may_compile_webassembly() {
        let old = |agent: &'static str| is_old(&HeaderMap::from_iter([(header::USER_AGENT, HeaderValue::from_static(agent))]));
        assert!(old("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/88.0.4298.0 Safari/537.36"));
        assert!(!old("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"));
        assert!(old(
            "Mozilla/5.0 (iPad; CPU OS 15_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1"
        ));
        assert!(!old(
            "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
        ));
        assert!(!old("curl/8"));
    }
}
