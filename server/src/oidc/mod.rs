//! Signing in by a provider of OpenID Connect: the authorization code flow with PKCE. The provider's word is
//! taken for who somebody is; whose account that is says the directory.
//!
//! The browser is sent to the provider with a state and a nonce that only it can have, and comes back with a
//! code. The server changes the code for an ID token, itself, and believes the token if the provider has signed it, for this
//! server, for this browser, not long ago. Nothing is asked of the provider before somebody wants to sign in by it, so
//! a server starts and works without.
//!
//! # Layout
//! - [`attempt`]: what one browser's sign-in has to remember. [`person`]: whom the claims mean, and whether they are let in.
//! - `provider`: what the provider says of itself, and its keys. `requests`: how it is asked.

pub mod attempt;
pub mod person;
mod provider;
mod requests;
#[cfg(test)]
mod tests;

use openidconnect::core::{CoreAuthenticationFlow, CoreJwsSigningAlgorithm};
use openidconnect::url::Url;
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, CsrfToken, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
};

use self::attempt::Attempt;
use self::person::{Claims, Person};
use self::provider::{Client, IdClaims, IdToken, Provider, UserInfo};
use self::requests::Requests;
use crate::config::OidcSettings;
use crate::outbound::OutboundError;

/// Where the provider sends browsers back to, below the server's own address.
pub const CALLBACK: &str = "/api/v1/oidc/callback";

/// How ID tokens may be signed: with a key that the provider alone has.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why somebody is not signed in by the provider. What it says goes into the server's log; people are told less.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The provider cannot be asked, or does not say of itself what it should.
    #[error("the provider cannot be asked: {0}")]
    Unreachable(String),
    /// The provider, or the person there, did not agree.
    #[error("the provider has refused: {0}")]
    Refused(String),
    /// What came is not what the provider gives for this sign-in of this browser.
    #[error("this is no proof of the provider: {0}")]
    NoProof(String),
    /// They are known there, but not let in here.
    #[error("{0} is not let in by oidc_domains and oidc_groups")]
    NotLetIn(String),
}

/// Sign-in by the provider that was set.
pub struct Oidc {
    settings: OidcSettings,
    requests: Requests,
    provider: Provider,
}

impl Oidc {
    /// For these settings. The provider is not asked yet.
    ///
    /// # Errors
    /// [`OutboundError`] where nothing can be asked over TLS.
    pub fn new(settings: OidcSettings) -> Result<Self, OutboundError> {
        let requests = Requests::new(settings.issuer.starts_with("https:"))?;
        Ok(Self { settings, requests, provider: Provider::default() })
    }

    /// What was set.
    #[must_use]
    pub const fn settings(&self) -> &OidcSettings {
        &self.settings
    }

    /// Where a browser signs in that has this attempt.
    ///
    /// # Errors
    /// [`OidcError::Unreachable`].
    pub async fn begin(&self, attempt: &Attempt) -> Result<Url, OidcError> {
        let client = self.provider.current(&self.settings, &self.requests).await?;
        let [state, nonce] = [attempt.state(), attempt.nonce()];
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(attempt.verifier()));
        let request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || CsrfToken::new(state), move || Nonce::new(nonce))
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        Ok(request.url().0)
    }

    /// Who came back with this code.
    ///
    /// # Errors
    /// [`OidcError`].
    pub async fn finish(&self, attempt: &Attempt, code: String) -> Result<Person, OidcError> {
        let client = self.provider.known(&self.settings, &self.requests).await?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| OidcError::Unreachable(error.to_string()))?;
        let answer = request.set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier())).request_async(&self.requests).await;
        let answer = answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(refusal) => OidcError::Refused(refusal.to_string()),
            RequestTokenError::Request(error) => OidcError::Unreachable(error.to_string()),
            RequestTokenError::Parse(error, _) => OidcError::NoProof(error.to_string()),
            RequestTokenError::Other(what) => OidcError::NoProof(what),
        })?;
        let token = answer.id_token().ok_or_else(|| OidcError::NoProof("there is no ID token".to_owned()))?;
        let nonce = Nonce::new(attempt.nonce());
        let claims = match verified(&client, token, &nonce) {
            // Signed with a key that was not there when the keys were asked for.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let client = self.provider.with_new_keys(&self.settings, &self.requests).await?;
                verified(&client, token, &nonce)
            }
            verified => verified,
        }
        .map_err(|error| OidcError::NoProof(error.to_string()))?;
        let mut read = Claims::of(claims).map_err(|error| OidcError::NoProof(error.to_string()))?;
        // Without an address to ask at, the ID token says all there is.
        if let Ok(request) = client.user_info(answer.access_token().clone(), Some(claims.subject().clone())) {
            let more: Result<UserInfo, _> = request.request_async(&self.requests).await;
            match more.map_err(|error| error.to_string()).and_then(|more| Claims::of(&more).map_err(|error| error.to_string())) {
                Ok(more) => read.add(more),
                Err(error) => tracing::warn!(error, "the provider's user information is left out"),
            }
        }
        let person = Person::of(&self.settings, &read);
        if person.is_let_in { Ok(person) } else { Err(OidcError::NotLetIn(person.identity.subject)) }
    }

    /// Where a browser signs out at the provider too, if it offers that and has been asked for it already.
    #[must_use]
    pub fn end(&self) -> Option<Url> {
        let end = self.provider.end_session()?;
        let back = PostLogoutRedirectUrl::new(format!("{}/account", self.settings.public_url)).ok()?;
        let client = openidconnect::ClientId::new(self.settings.client.clone());
        Some(LogoutRequest::from(end).set_client_id(client).set_post_logout_redirect_uri(back).http_get_url())
    }
}

/// What an ID token says, if the provider has signed it for this server and this browser, and its time is not over.
fn verified<'token>(client: &Client, token: &'token IdToken, nonce: &Nonce) -> Result<&'token IdClaims, ClaimsVerificationError> {
    let claims = token.claims(&client.id_token_verifier().set_allowed_algs(ALGORITHMS), nonce)?;
    // The crate leaves this one to us. Its audience is this server alone already.
    match claims.authorized_party() {
        Some(party) if party != client.client_id() => Err(ClaimsVerificationError::InvalidAudience(format!("azp is {}", **party))),
        _ => Ok(claims),
    }
}
