//! A web site on loopback, so that the downloads need no network.
//!
//! It runs in a process of its own, a copy of the running program. So the parent
//! needs no thread for it, and the parent's CPU time is the example's alone.
//!
//! Every path is a file of 100 KiB, which the site sends after 100 ms. The query of
//! a URL can change both: `?size=BYTES&delay=MILLISECONDS`.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

/// The copy finds out by this name that it must serve. `ps` shows it too.
const COPY: &str = "loopback-site";

/// The running site. It ends when this is dropped or when the program ends in any way.
pub struct Site {
    address: SocketAddr,
    copy: Child,
}

impl Site {
    /// Starts the site on a free port of 127.0.0.1. You can send requests at once: the
    /// listener is there before the copy that answers.
    ///
    /// The program's `main` must begin with [`serve_if_started_as_server`].
    pub fn start() -> io::Result<Site> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        // The standard library's queue holds 128 connections; one more would wait for a second.
        socket2::SockRef::from(&listener).listen(1024)?;
        let address = listener.local_addr()?;

        // The pipe is open until this process ends or the site is dropped. The copy waits for
        // its end. The listener is the copy's standard output, because it prints nothing.
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
        let _ = self.copy.wait();
    }
}

/// If [`Site::start`] started this process, serves and never returns. Otherwise does nothing.
pub fn serve_if_started_as_server() {
    if std::env::args_os().next().is_none_or(|name| name != COPY) {
        return;
    }
    // On a thread of its own, because a program may call this on an event loop.
    thread::spawn(|| {
        let listener = io::stdout().as_fd().try_clone_to_owned().map(TcpListener::from);
        let Err(error) = listener.and_then(serve);
        eprintln!("the loopback site failed: {error}");
        std::process::exit(1);
    });
    // Standard input ends when the program that started this copy ends.
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    std::process::exit(0);
}

fn serve(listener: TcpListener) -> io::Result<Infallible> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let Ok((connection, _)) = listener.accept().await else {
                // No descriptor is free until a connection ends, or the client has gone.
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            // Without this, the end of an answer can wait for 40 ms.
            connection.set_nodelay(true)?;
            let connection = TokioIo::new(connection);
            tokio::spawn(http1::Builder::new().serve_connection(connection, service_fn(answer)));
        }
    })
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let query = request.uri().query().unwrap_or_default();
    let parameter = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).and_then(|(_, value)| value.parse().ok())
    };
    let delay = Duration::from_millis(parameter("delay").unwrap_or(100));
    let size = parameter("size").unwrap_or(100 * 1024) as usize;

    tokio::time::sleep(delay).await;
    Ok(Response::new(Full::from(content(request.uri().path(), size))))
}

/// The `length` bytes of the file at `path`. Each path has its own bytes, and no two parts
/// of a file are equal, so a part that is lost, doubled or exchanged is noticed.
pub fn content(path: &str, length: usize) -> Vec<u8> {
    let seed = path.bytes().fold(0, |seed: u64, byte| seed.rotate_left(5) ^ u64::from(byte));
    let words = (0_u64..).map(|index| {
        (seed ^ index).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).to_le_bytes()
    });
    let mut bytes: Vec<u8> = words.take(length.div_ceil(8)).flatten().collect();
    bytes.truncate(length);
    bytes
}
