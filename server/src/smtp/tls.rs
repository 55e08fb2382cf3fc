//! Encryption: none, STARTTLS, or from the first byte.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::{
    AsyncTokioStream, Certificate, CertificateStore, TlsParameters,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::settings::SmtpSettingsError;

/// How a connection is encrypted.
pub enum Security {
    None,
    /// STARTTLS if the server offers it. Whoever sits between can take the offer away.
    Opportunistic(TlsParameters),
    /// STARTTLS, or no connection.
    Required(TlsParameters),
    /// TLS before the first byte. lettre can only do this on a socket of its own, without `TCP_NODELAY`, so this is ours.
    Implicit(TlsConnector, ServerName<'static>),
}

impl Security {
    pub fn starttls(
        host: &str,
        required: bool,
        roots: &[Vec<u8>],
    ) -> Result<Self, SmtpSettingsError> {
        let mut builder = TlsParameters::builder(host.to_owned())
            .certificate_store(CertificateStore::WebpkiRoots);
        for root in roots {
            let root = Certificate::from_der(root.clone()).map_err(|_| SmtpSettingsError::Root)?;
            builder = builder.add_root_certificate(root);
        }
        let parameters = builder
            .build_rustls()
            .map_err(|_| SmtpSettingsError::Root)?;
        Ok(if required {
            Self::Required(parameters)
        } else {
            Self::Opportunistic(parameters)
        })
    }

    pub fn implicit(host: &str, roots: &[Vec<u8>]) -> Result<Self, SmtpSettingsError> {
        let mut store = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        for root in roots {
            store
                .add(CertificateDer::from(root.clone()))
                .map_err(|_| SmtpSettingsError::Root)?;
        }
        // The provider is named, because rustls refuses to choose when another crate brings a second one.
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| SmtpSettingsError::Root)?
            .with_root_certificates(store)
            .with_no_client_auth();
        let name = ServerName::try_from(host.to_owned()).map_err(|_| SmtpSettingsError::Host)?;
        Ok(Self::Implicit(TlsConnector::from(Arc::new(config)), name))
    }
}

/// An encrypted socket that lettre takes as a transport.
#[derive(Debug)]
pub struct TlsTransport(pub TlsStream<TcpStream>);

impl TlsTransport {
    /// What the server showed, as DER.
    pub fn certificate(&self) -> Option<Vec<u8>> {
        let shown = self.0.get_ref().1.peer_certificates()?.first()?;
        Some(shown.to_vec())
    }
}

impl AsyncTokioStream for TlsTransport {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for TlsTransport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for TlsTransport {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
