//! What the provider says of itself: its addresses and its keys. It is asked when somebody wants to sign in,
//! again after a failure, and again when what it said is old, so that keys it has taken back are not believed for long.

use std::sync::Arc;
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJsonWebKeySet,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthType, ClientId, ClientSecret, DiscoveryError, EmptyExtraTokenFields, EndSessionUrl, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IdTokenFields, IssuerUrl, ProviderMetadataWithLogout, RedirectUrl, StandardErrorResponse, StandardTokenResponse,
};
use tokio::sync::Mutex;

use super::person::Further;
use super::requests::Requests;
use super::{CALLBACK, OidcError};
use crate::config::OidcSettings;
use crate::outbound::OutboundError;

/// After so long the provider is asked anew.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// After a failure it is not asked again for so long; a person presses a button as often.
const REST: Duration = Duration::from_secs(2);
/// For an unknown key, its keys are asked for this seldom.
const BETWEEN_KEYS: Duration = Duration::from_secs(60);

type IdFields = IdTokenFields<Further, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What this server is to the provider: the crate's client, with the claims that we read and the endpoints that were discovered.
pub(super) type Client = openidconnect::Client<
    Further,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<IdFields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// An ID token, not looked at yet.
pub(super) type IdToken = openidconnect::IdToken<Further, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What an ID token says.
pub(super) type IdClaims = openidconnect::IdTokenClaims<Further, CoreGenderClaim>;

/// What the provider says of somebody besides.
pub(super) type UserInfo = openidconnect::UserInfoClaims<Further, CoreGenderClaim>;

/// What is known of the provider. One asks, and the others wait for the answer.
#[derive(Default)]
pub(super) struct Provider {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    known: Option<Known>,
    failed: Option<(Instant, String)>,
    keys_asked: Option<Instant>,
}

struct Known {
    metadata: ProviderMetadataWithLogout,
    client: Arc<Client>,
    since: Instant,
}

impl Provider {
    /// As the provider is now; asks it if what is known is old.
    pub(super) async fn current(&self, settings: &OidcSettings, requests: &Requests) -> Result<Arc<Client>, OidcError> {
        let mut state = self.state.lock().await;
        let fresh = state.known.as_ref().filter(|known| known.since.elapsed() < FRESH);
        match fresh {
            Some(known) => Ok(Arc::clone(&known.client)),
            None => state.discover(settings, requests).await,
        }
    }

    /// As it was when the browser was sent there; asks it if nothing is known, after a restart.
    pub(super) async fn known(&self, settings: &OidcSettings, requests: &Requests) -> Result<Arc<Client>, OidcError> {
        let mut state = self.state.lock().await;
        match &state.known {
            Some(known) => Ok(Arc::clone(&known.client)),
            None => state.discover(settings, requests).await,
        }
    }

    /// With the keys that the provider has now, if they were not asked for just before.
    pub(super) async fn with_new_keys(&self, settings: &OidcSettings, requests: &Requests) -> Result<Arc<Client>, OidcError> {
        let mut state = self.state.lock().await;
        let soon = state.keys_asked.is_some_and(|asked| asked.elapsed() < BETWEEN_KEYS);
        match &mut state.known {
            None => return state.discover(settings, requests).await,
            Some(known) if soon => return Ok(Arc::clone(&known.client)),
            Some(known) => {
                let keys = CoreJsonWebKeySet::fetch_async(known.metadata.jwks_uri(), requests).await.map_err(unreachable)?;
                known.metadata = known.metadata.clone().set_jwks(keys);
                known.client = client(settings, &known.metadata)?;
            }
        }
        state.keys_asked = Some(Instant::now());
        tracing::info!("the provider's keys were asked for anew");
        state
            .known
            .as_ref()
            .map(|known| Arc::clone(&known.client))
            .ok_or_else(|| OidcError::Unreachable("nothing is known of it".to_owned()))
    }

    /// Where browsers sign out, if the provider has said so; while it is being asked nobody waits for that.
    pub(super) fn end_session(&self) -> Option<EndSessionUrl> {
        self.state.try_lock().ok()?.known.as_ref()?.metadata.additional_metadata().end_session_endpoint.clone()
    }
}

impl State {
    async fn discover(&mut self, settings: &OidcSettings, requests: &Requests) -> Result<Arc<Client>, OidcError> {
        if let Some((at, why)) = &self.failed
            && at.elapsed() < REST
        {
            return Err(OidcError::Unreachable(why.clone()));
        }
        let asked = ask(settings, requests).await;
        match &asked {
            Ok(_) => self.failed = None,
            Err(error) => self.failed = Some((Instant::now(), error.to_string())),
        }
        let known = asked?;
        let client = Arc::clone(&known.client);
        self.known = Some(known);
        Ok(client)
    }
}

async fn ask(settings: &OidcSettings, requests: &Requests) -> Result<Known, OidcError> {
    let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| OidcError::Unreachable(error.to_string()))?;
    // It has to name itself exactly so, and so do its tokens.
    let metadata = ProviderMetadataWithLogout::discover_async(issuer, requests).await.map_err(unreachable)?;
    let client = client(settings, &metadata)?;
    tracing::info!(issuer = settings.issuer, "the provider of sign-ins is there");
    Ok(Known { metadata, client, since: Instant::now() })
}

fn client(settings: &OidcSettings, metadata: &ProviderMetadataWithLogout) -> Result<Arc<Client>, OidcError> {
    let back = RedirectUrl::new(format!("{}{CALLBACK}", settings.public_url)).map_err(|error| OidcError::Unreachable(error.to_string()))?;
    let secret = settings.secret.as_ref().map(|secret| ClientSecret::new(secret.0.clone()));
    let basic = metadata
        .token_endpoint_auth_methods_supported()
        .is_none_or(|methods| methods.is_empty() || methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    let auth = if basic { AuthType::BasicAuth } else { AuthType::RequestBody };
    let client = Client::from_provider_metadata(metadata.clone(), ClientId::new(settings.client.clone()), secret);
    Ok(Arc::new(client.set_redirect_uri(back).set_auth_type(auth)))
}

fn unreachable(error: DiscoveryError<OutboundError>) -> OidcError {
    OidcError::Unreachable(match error {
        DiscoveryError::Request(error) => error.to_string(),
        DiscoveryError::Response(status, _, what) => format!("{what} ({status})"),
        other => other.to_string(),
    })
}
