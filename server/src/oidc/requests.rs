//! How the provider is asked: the form of requests and answers that the crate speaks, over the server's own client.

use std::pin::Pin;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

use crate::outbound::{self, OutboundError};

/// Bytes of an answer of the provider; those of big ones have some ten thousand.
const ANSWER_BYTES_MAX: usize = 512 * 1024;

pub(super) struct Requests {
    client: reqwest::Client,
}

impl Requests {
    /// `encrypted`: whether the provider is asked over `https` alone, whatever addresses it names.
    pub(super) fn new(encrypted: bool) -> Result<Self, OutboundError> {
        Ok(Self { client: outbound::client(encrypted)? })
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, OutboundError> {
        let answer = self.client.execute(request.try_into()?).await?;
        let mut response = HttpResponse::default();
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        *response.body_mut() = outbound::read(answer, ANSWER_BYTES_MAX).await?;
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Requests {
    type Error = OutboundError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutboundError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
