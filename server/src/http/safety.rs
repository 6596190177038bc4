//! What a browser may do with an answer. Every answer says it: the app's pages and scripts may do
//! what the app needs, and whatever else is ever shown as a page can do nothing at all.

use std::fmt::Write;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// For answers that are no pages: data, pictures, problems.
pub(super) const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// What pages of the app may use of the device. A page framed by them may use nothing of it.
const DEVICE: &str = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), midi=(), payment=(), usb=()";

/// A host in a policy is a name or IPv4 address with a port; longer than any name that is in use.
const HOST_BYTES_MAX: usize = 260;

/// Puts the headers into an answer that hold for all of them, where it does not say otherwise.
pub(super) fn guard_answer(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOTHING));
}

/// Puts the headers into an answer that is a page or a script of the app. A service worker and a
/// worker keep to the policy that their own script came with.
pub(super) fn allow_app(request: &HeaderMap, answer: &mut HeaderMap) {
    let policy = app_policy(request);
    answer.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(NOTHING)));
    answer.insert("permissions-policy", HeaderValue::from_static(DEVICE));
    answer.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    answer.append(header::VARY, HeaderValue::from_static("user-agent"));
}

fn app_policy(request: &HeaderMap) -> String {
    // Old browsers know no word for "WebAssembly, but no other eval".
    let wasm = if is_old(request) { "'unsafe-eval'" } else { "'wasm-unsafe-eval'" };
    let mut policy = format!("default-src 'self'; script-src 'self' {wasm}; connect-src 'self'");
    // Some browsers take 'self' for HTTP alone, so the WebSocket is named.
    if let Some(host) = request.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| is_policy_host(host)) {
        // Writing to a text does not fail.
        let _ = write!(policy, " ws://{host} wss://{host}");
    }
    policy.push_str(
        "; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; font-src 'self'; manifest-src 'self'; \
         worker-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    );
    policy
}

/// Whether a host may stand in a policy: nothing in it can end the directive or begin another.
fn is_policy_host(host: &str) -> bool {
    !host.is_empty() && host.len() <= HOST_BYTES_MAX && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte))
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

    #[test]
    fn the_host_is_named_in_the_policy_only_if_it_is_one() {
        let policy = |host: &'static str| app_policy(&HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]));
        assert!(policy("board.example:8080").contains("connect-src 'self' ws://board.example:8080 wss://board.example:8080;"));
        for host in ["", "[::1]:8080", "a b", "a; script-src *", "a,b", "a'"] {
            assert!(policy(host).contains("connect-src 'self';"), "{host}");
        }
    }
}
