//! A web server with faults that web servers should not have.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection};

/// How many bytes `/large` has.
pub const LARGE: u64 = 256 * 1024 * 1024;

/// Starts the server: each path is a fault, see [`answer`].
pub fn server() -> SocketAddr {
    each_connection(|mut connection| {
        let path = read_request(&mut connection);
        // The client ends most of these early, as the tests want it.
        drop(answer(&path, connection));
    })
}

/// Starts a server with a self-signed certificate. It was made by
/// `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 36500`,
/// with a configuration that has no extensions.
pub fn self_signed() -> SocketAddr {
    let certificate = include_bytes!("self_signed.der").to_vec().into();
    let key = PrivatePkcs8KeyDer::from(include_bytes!("self_signed_key.der").to_vec());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.into())
        .unwrap();
    let config = Arc::new(config);
    each_connection(move |mut connection| {
        let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
        // The loop ends when the client refuses.
        while tls.complete_io(&mut connection).is_ok() {}
    })
}

/// An address without a listener, which no other program gets while the test runs: it
/// is the client's end of a connection.
pub fn nobody() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let connection = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let address = connection.local_addr().unwrap();
    std::mem::forget((listener, connection));
    address
}

/// A server that closes each connection without an answer, and counts how often
/// it was asked.
pub fn mute() -> (SocketAddr, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let address = each_connection(move |mut connection| {
        read_request(&mut connection);
        counted.fetch_add(1, Ordering::Relaxed);
    });
    (address, requests)
}

/// A server that answers `/redirect`, and closes the connection of any other request without
/// an answer. Returns the number of these requests, too.
pub fn moves_and_never_answers() -> (SocketAddr, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let address = each_connection(move |mut connection| match &*read_request(&mut connection) {
        "/redirect" => {
            let moved = b"HTTP/1.1 302 Found\r\nLocation: /mute\r\nContent-Length: 0\r\n\r\n";
            let _ = connection.write_all(moved);
        }
        "/mute" => drop(counted.fetch_add(1, Ordering::Relaxed)),
        // A connection that was closed without a request.
        _ => {}
    });
    (address, requests)
}

/// How a server ends connections that it seemed to keep for more requests.
#[derive(Clone, Copy, Debug)]
pub enum Closing {
    AfterTheAnswer,
    Later(Duration),
    ByReset,
}

/// A server that answers with the path, does not say that it will close the
/// connection, and closes it. Paths that begin with `/redirect` are moved first.
pub fn closes_kept_connections(closing: Closing) -> SocketAddr {
    each_connection(move |mut connection| {
        connection.set_nodelay(true).unwrap();
        let path = read_request(&mut connection);
        let answer = match path.strip_prefix("/redirect") {
            Some(path) => format!("302 Found\r\nLocation: {path}\r\nContent-Length: 0\r\n\r\n"),
            None => format!("200 OK\r\nContent-Length: {}\r\n\r\n{path}", path.len()),
        };
        // The client may be gone.
        let _ = write!(connection, "HTTP/1.1 {answer}");
        match closing {
            Closing::AfterTheAnswer => {}
            Closing::Later(time) => thread::sleep(time),
            Closing::ByReset => reset(&connection),
        }
    })
}

/// A connection that is closed without lingering is reset.
fn reset(connection: &TcpStream) {
    rustix::net::sockopt::set_socket_linger(connection, Some(Duration::ZERO)).unwrap();
}

/// A server that answers only when `crowd` requests have arrived, again and again.
/// It answers with the path.
pub fn gate(crowd: usize) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        loop {
            let crowd: Vec<TcpStream> = (0..crowd).map(|_| listener.accept().unwrap().0).collect();
            for mut connection in crowd {
                let path = read_request(&mut connection);
                drop(respond(&mut connection, "200 OK", &path));
            }
        }
    });
    address
}

fn each_connection(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    // The standard library's queue has room for 128 connections.
    rustix::net::listen(&listener, 4096).unwrap();
    let address = listener.local_addr().unwrap();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        loop {
            // This fails while the test has no free descriptor.
            let Ok((connection, _)) = listener.accept() else {
                thread::yield_now();
                continue;
            };
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(connection));
        }
    });
    address
}

fn answer(path: &str, mut connection: TcpStream) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    match path {
        "/404" => respond(&mut connection, "404 Not Found", "no such file"),
        "/410" => respond(&mut connection, "410 Gone", ""),
        "/500" => respond(&mut connection, "500 Internal Server Error", "no"),
        "/503" => respond(&mut connection, "503 Service Unavailable", "no"),
        "/206" => respond(&mut connection, "206 Partial Content", "part"),
        "/204" => connection.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"),
        "/302" => respond(&mut connection, "302 Found", "nowhere"),
        "/to-a-file" => respond(&mut connection, "302 Found\r\nLocation: file:///etc/passwd", ""),
        "/loop" => respond(&mut connection, "302 Found\r\nLocation: /loop", ""),
        "/short" => write!(connection, "{head}abc"),
        "/cut-chunks" => connection
            .write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"),
        "/reset" => {
            write!(connection, "{head}abc")?;
            // Time for the client to read that: when a connection is reset, bytes
            // that have arrived and were not read can be lost.
            thread::sleep(Duration::from_millis(200));
            reset(&connection);
            Ok(())
        }
        "/no-answer" => wait_for_the_end(&mut connection),
        "/nothing" => Ok(()),
        "/stall" => {
            write!(connection, "{head}abc")?;
            wait_for_the_end(&mut connection)
        }
        "/drip" => {
            write!(connection, "{head}")?;
            loop {
                connection.write_all(b"x")?;
                thread::sleep(Duration::from_millis(100));
            }
        }
        "/endless" => {
            connection.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                connection.write_all(&[b'x'; 64 * 1024])?;
            }
        }
        "/large" => {
            write!(connection, "HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n")?;
            for _ in 0..LARGE / 65_536 {
                connection.write_all(&[b'x'; 65_536])?;
            }
            Ok(())
        }
        // This is no gzip at all: the client must save the bytes as they arrive.
        "/gzip" => respond(&mut connection, "200 OK\r\nContent-Encoding: gzip", "packed"),
        "/garbage" => connection.write_all(b"SSH-2.0-OpenSSH_9.2\r\n"),
        _ => respond(&mut connection, "200 OK", path),
    }
}

fn respond(connection: &mut TcpStream, status: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    connection.shutdown(Shutdown::Write)
}

fn wait_for_the_end(connection: &mut TcpStream) -> std::io::Result<()> {
    loop {
        match connection.read(&mut [0; 1024]) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads up to the empty line and returns the path of the request. A client without
/// a request, such as one that speaks TLS, gets garbage.
fn read_request(connection: &mut TcpStream) -> String {
    let mut lines = BufReader::new(connection).lines();
    let Some(Ok(request)) = lines.next() else { return "/garbage".to_owned() };
    for line in lines {
        match line {
            Ok(line) if !line.is_empty() => {}
            _ => break,
        }
    }
    request.split(' ').nth(1).unwrap_or("/garbage").to_owned()
}
