//! The HTTP client of the download programs, with its limits.

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anyhow::{Result, anyhow, ensure};
use reqwest::retry;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};

use crate::download::Downloads;

impl Downloads {
    /// A client for tasks.
    pub fn client(&self) -> Result<reqwest::Client> {
        Ok(self.client_builder()?.read_timeout(self.arguments.stall_timeout).build()?)
    }

    /// A client for threads.
    pub fn blocking_client(&self) -> Result<reqwest::blocking::Client> {
        // The timeout of a blocking client limits each read. The builder's timeout
        // limits the whole download.
        let builder = reqwest::blocking::ClientBuilder::from(self.client_builder()?);
        // The server would have closed most of the others before they are needed.
        Ok(builder.timeout(self.arguments.stall_timeout).pool_max_idle_per_host(8).build()?)
    }

    fn client_builder(&self) -> Result<reqwest::ClientBuilder> {
        let mut roots = RootCertStore::empty();
        if let Some(file) = env::var_os("SSL_CERT_FILE").filter(|_| self.site.is_none()) {
            // As in curl, these replace the usual authorities.
            let certificates = CertificateDer::pem_file_iter(file)
                .map_err(|error| anyhow!("cannot read SSL_CERT_FILE: {error}"))?;
            let (added, _) = roots.add_parsable_certificates(certificates.flatten());
            ensure!(added > 0, "SSL_CERT_FILE holds no certificate: unset it");
        } else {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();

        // A server may close a kept connection just when a GET is sent. Then it is sent again, as
        // in curl. reqwest does not say which connections were kept, so every failure is repeated,
        // except: connecting, a time limit, and any failure before the first answer.
        let answered = AtomicBool::new(false);
        let again = retry::for_host(AnyHost).no_budget().max_retries_per_request(20);
        let again = again.classify_fn(move |attempt| {
            let error = attempt.error().and_then(|error| error.downcast_ref::<reqwest::Error>());
            answered.fetch_or(error.is_none(), Relaxed);
            let unanswered = error.is_some_and(|e| !e.is_connect() && !e.is_timeout());
            let again = unanswered && answered.load(Relaxed);
            if again { attempt.retryable() } else { attempt.success() }
        });

        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(self.arguments.connect_timeout)
            .timeout(self.arguments.timeout)
            .retry(again);
        // The environment's proxy may be on another machine, which has its own loopback.
        Ok(if self.site.is_some() { builder.no_proxy() } else { builder })
    }
}

// `for_host` needs a host; this one equals every host.
struct AnyHost;

impl PartialEq<&str> for AnyHost {
    fn eq(&self, _: &&str) -> bool {
        true
    }
}
