//! The client: everything bounded, nothing hidden, https without a cost for
//! those who do not use it.

use std::net::ToSocketAddrs;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::{env, thread};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{NoProxy, Proxy, retry};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use tokio::sync::oneshot;

use super::Downloads;
use crate::Failure;

impl Downloads {
    /// The client for tasks: one for all, made at the first call.
    ///
    /// # Errors
    ///
    /// If the system has not the means for one.
    pub fn client(&self) -> Result<reqwest::Client, Failure> {
        once(&self.client, || {
            let builder = self.settings()?.read_timeout(*self.limits.stall_timeout);
            Ok(builder.build()?)
        })
    }

    /// The client for threads: one for all, made at the first call. It has one
    /// hidden thread, reqwest's, which does the I/O.
    ///
    /// # Errors
    ///
    /// As [`Downloads::client`].
    pub fn blocking_client(&self) -> Result<reqwest::blocking::Client, Failure> {
        once(&self.blocking_client, || self.new_blocking_client())
    }

    /// A client of one's own, with a hidden thread of its own.
    ///
    /// # Errors
    ///
    /// As [`Downloads::client`].
    pub fn new_blocking_client(&self) -> Result<reqwest::blocking::Client, Failure> {
        // What the blocking client calls its timeout is the limit of each read;
        // that of the whole transfer is in the settings.
        let builder = reqwest::blocking::ClientBuilder::from(self.settings()?);
        Ok(builder.timeout(*self.limits.stall_timeout).build()?)
    }

    fn settings(&self) -> Result<reqwest::ClientBuilder, Failure> {
        let provider = Arc::new(ring::default_provider());
        let verifier = LazyVerifier { provider: Arc::clone(&provider), loaded: OnceLock::new() };
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();

        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Arc::new(Lookup))
            .connect_timeout(*self.limits.connect_timeout)
            .timeout(*self.limits.timeout)
            // One request per URL, whatever happens to it: also where a server
            // closes a connection just as it is used again.
            .retry(retry::never())
            .no_proxy();
        Ok(self.proxies.iter().cloned().fold(builder, reqwest::ClientBuilder::proxy))
    }
}

fn once<C: Clone>(
    made: &Mutex<Option<C>>,
    make: impl FnOnce() -> Result<C, Failure>,
) -> Result<C, Failure> {
    let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
    match &*made {
        Some(client) => Ok(client.clone()),
        None => Ok(made.insert(make()?).clone()),
    }
}

/// Looks up host names, which blocks, on a thread for each. tokio would use its
/// pool of threads, and panics where it cannot start one.
struct Lookup;

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let (sender, receiver) = oneshot::channel();
            let look_up = move || {
                // Nobody receives when the time is over.
                let _ = sender.send((name.as_str(), 0).to_socket_addrs());
            };
            thread::Builder::new().spawn(look_up)?;
            let addresses = receiver.await??;
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// The proxies that the environment names. Loopback is never asked of a proxy:
/// there it is another machine's.
pub fn proxies() -> Result<Vec<Proxy>, Failure> {
    let variable = |name: &str| {
        let value = env::var(name).or_else(|_| env::var(name.to_uppercase()));
        value.ok().filter(|value| !value.is_empty())
    };
    let exceptions = variable("no_proxy").unwrap_or_default();
    let no_proxy = NoProxy::from_string(&format!("localhost,127.0.0.0/8,::1,{exceptions}"));

    let mut proxies = Vec::new();
    for name in ["http_proxy", "https_proxy", "all_proxy"] {
        let Some(url) = variable(name) else { continue };
        let proxy = match name {
            "http_proxy" => Proxy::http(url),
            "https_proxy" => Proxy::https(url),
            _ => Proxy::all(url),
        };
        let proxy = proxy.map_err(|_| Failure::new(format!("{name} holds no URL of a proxy")))?;
        proxies.push(proxy.no_proxy(no_proxy.clone()));
    }
    Ok(proxies)
}

/// Verifies as the platform does, and loads the platform's certificates only
/// when a server shows its own: that takes some 10 ms, and fails on a machine
/// without any, where plain http is still to work.
#[derive(Debug)]
struct LazyVerifier {
    provider: Arc<CryptoProvider>,
    loaded: OnceLock<Result<Verifier, Error>>,
}

impl LazyVerifier {
    fn platform(&self) -> Result<&Verifier, Error> {
        let loaded = self.loaded.get_or_init(|| Verifier::new(Arc::clone(&self.provider)));
        loaded.as_ref().map_err(Error::clone)
    }
}

impl ServerCertVerifier for LazyVerifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let platform = self.platform()?;
        platform.verify_server_cert(certificate, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.platform()?.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.platform()?.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
