//! Serves 10 000 connections at the same time, with a task for each, on one thread.
//!
//! `main` is the load: it opens all connections, and sends a line through each and
//! back, twice. Both ends of a connection are in this program, so it needs two
//! descriptors for each. If the system allows fewer, it opens fewer connections.
//! Twin: `threaded_echo` has a thread per connection.
//!
//!     cargo run -p asyncio --bin async_echo [N]

use std::io;
use std::time::Instant;

use clap::Parser;
use common::arguments::Connecting;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let limit = rlimit::increase_nofile_limit(u64::MAX)?;
    let n = Connecting::parse().n.min(limit.saturating_sub(20) / 2);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(serve(listener));

    let start = Instant::now();
    let mut connections = Vec::new();
    for _ in 0..n {
        let mut connection = TcpStream::connect(address).await?;
        echo(&mut connection).await?;
        connections.push(connection);
    }
    println!("{n} connections are open");
    for connection in &mut connections {
        echo(connection).await?;
    }
    println!("All connections are served");
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    Ok(())
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (connection, _) = listener.accept().await?;
        tokio::spawn(answer(connection));
    }
}

async fn answer(mut connection: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 64];
    loop {
        let n = connection.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        connection.write_all(&buffer[..n]).await?;
    }
}

async fn echo(connection: &mut TcpStream) -> io::Result<()> {
    let mut line = [0; 6];
    connection.write_all(b"Hello\n").await?;
    connection.read_exact(&mut line).await?;
    assert_eq!(&line, b"Hello\n");
    Ok(())
}
