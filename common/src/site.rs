//! A web site on loopback, so that the downloads need no network.
//!
//! It runs in a process of its own: the running program, started once more.
//! The parent then has no thread, no runtime and no fork for the site's sake,
//! and the site's CPU time never counts as the example's.
//!
//! Every path is a file. The query of a URL says how it is served:
//!
//! | parameter | meaning | default |
//! |---|---|---|
//! | `size` | bytes | 102400 |
//! | `delay` | milliseconds until the answer | 100 |
//! | `pace` | bytes per second | as fast as they are read |
//!
//! `/requests` answers with the number of requests so far, one `PATH N` a line.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use futures::Stream;
use futures::stream;
use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::CONTENT_LENGTH;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

use crate::Failure;

/// How long each answer takes unless the URL says otherwise.
const DELAY: Duration = Duration::from_millis(100);
/// The size of a file in bytes unless the URL says otherwise.
const SIZE: u64 = 100 * 1024;
/// The most that is sent at once, in bytes.
const PIECE: usize = 64 * 1024;
/// The copy that serves knows itself by this name, which `ps` shows too.
const COPY: &str = "loopback-site";

/// The running site. It ends when this is dropped, and when the program ends,
/// however it ends.
pub struct Site {
    address: SocketAddr,
    copy: Child,
}

impl Site {
    /// Starts the site on a free port of 127.0.0.1. Requests may be sent at
    /// once: the listener is there before the copy that answers.
    ///
    /// The program's `main` must begin with [`serve_if_copy`].
    pub fn start() -> Result<Site, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        // The standard library's queue holds 128 connections that wait to be
        // accepted; one more of them would wait for a second.
        rustix::net::listen(&listener, 1024)?;
        let address = listener.local_addr()?;

        // The pipe is held open until this process ends or the site is dropped:
        // its end is what the copy waits for. The listener goes in place of the
        // standard output, which the copy has no use for.
        let copy = Command::new(std::env::current_exe()?)
            .arg0(COPY)
            .stdin(Stdio::piped())
            .stdout(OwnedFd::from(listener))
            .spawn()?;
        Ok(Site { address, copy })
    }

    /// The URL of a path that begins with `/`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.copy.stdin.take());
        if let Err(error) = self.copy.wait() {
            eprintln!("the loopback site was not awaited: {error}");
        }
    }
}

/// Serves and never returns if this process is the copy that
/// [`Site::start`] started; otherwise does nothing.
pub fn serve_if_copy() {
    if std::env::args_os().next().is_none_or(|name| name != COPY) {
        return;
    }
    fn fail(error: io::Error) -> ! {
        eprintln!("the loopback site failed: {error}");
        std::process::exit(1);
    }
    // On a thread of its own, because a program may call this inside a runtime.
    let serving = thread::Builder::new().spawn(|| {
        let listener = io::stdout().as_fd().try_clone_to_owned().map(TcpListener::from);
        let Err(error) = listener.and_then(serve);
        fail(error);
    });
    serving.unwrap_or_else(|error| fail(error));
    let ended = io::copy(&mut io::stdin(), &mut io::sink());
    std::process::exit(i32::from(ended.is_err()));
}

/// Serves on a bound listener, on this thread, and returns only on an error.
pub fn serve(listener: TcpListener) -> io::Result<Infallible> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let requests = Arc::new(Mutex::new(BTreeMap::new()));
        loop {
            let connection = match listener.accept().await {
                Ok((connection, _)) => connection,
                // Out of descriptors, or the client is gone already. The others
                // are still served, and one that ends gives its descriptor back.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            };
            let requests = Arc::clone(&requests);
            tokio::spawn(async move {
                // Without it the end of an answer can wait for 40 ms.
                let _ = connection.set_nodelay(true);
                let answer = service_fn(|request| answer(request, &requests));
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(connection), answer);
                // A client that goes away in the middle is its own affair.
                drop(connection.await);
            });
        }
    })
}

type Requests = Mutex<BTreeMap<String, u64>>;

async fn answer(
    request: Request<Incoming>,
    requests: &Requests,
) -> Result<
    Response<StreamBody<impl Stream<Item = Result<Frame<Bytes>, Infallible>> + use<>>>,
    Infallible,
> {
    let path = request.uri().path().to_owned();
    let count = {
        let mut requests = requests.lock().unwrap_or_else(PoisonError::into_inner);
        if path == "/requests" {
            let lines = requests.iter().map(|(path, count)| format!("{path} {count}\n"));
            Some(lines.collect::<String>())
        } else {
            *requests.entry(path.clone()).or_default() += 1;
            None
        }
    };
    let query = request.uri().query().unwrap_or_default();
    let parameter = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).and_then(|(_, value)| value.parse::<u64>().ok())
    };
    let size = count.as_ref().map_or(parameter("size").unwrap_or(SIZE), |text| text.len() as u64);
    let delay = parameter("delay").map_or(DELAY, Duration::from_millis);
    let pace = parameter("pace").filter(|pace| *pace > 0);

    tokio::time::sleep(delay).await;
    let pieces = stream::unfold(0, move |sent| {
        let (path, count) = (path.clone(), count.clone());
        async move {
            if sent == size {
                return None;
            }
            let length = PIECE.min(usize::try_from(size - sent).unwrap_or(PIECE));
            if let Some(pace) = pace {
                tokio::time::sleep(Duration::from_secs_f64(length as f64 / pace as f64)).await;
            }
            let piece = match count {
                Some(text) => text.into_bytes()[sent as usize..][..length].to_vec(),
                None => content(&path, sent, length),
            };
            Some((Ok(Frame::data(Bytes::from(piece))), sent + length as u64))
        }
    });
    let mut response = Response::new(StreamBody::new(pieces));
    response.headers_mut().insert(CONTENT_LENGTH, size.into());
    Ok(response)
}

/// The `length` bytes of the file at `path` from `offset` on, in bytes, a
/// multiple of 8.
///
/// Each path has bytes of its own and no two places of a file are alike, so a
/// piece that is lost, doubled or exchanged changes the digest.
pub fn content(path: &str, offset: u64, length: usize) -> Vec<u8> {
    let seed =
        path.bytes().fold(0_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
    let words = (offset / 8..).map(|index| {
        (seed ^ index).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).to_le_bytes()
    });
    let mut bytes: Vec<u8> = words.take(length.div_ceil(8)).flatten().collect();
    bytes.truncate(length);
    bytes
}
