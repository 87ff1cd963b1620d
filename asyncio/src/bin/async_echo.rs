//! Serves 10 000 connections at the same time, with a task for each, on one thread.
//!
//! This program is client and server in one. For each connection, `main` connects (as a
//! client), accepts (as a server), and starts a task that answers. When all connections
//! are open, `main` sends a line through each of them, and gets it back. If the limit on
//! open files is too low, `main` opens fewer connections.
//! Twin: `threaded_echo` has a thread per connection.
//!
//!     cargo run -p asyncio --bin async_echo [N]

use clap::Parser;
use common::arguments::Connecting;
use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    // Each connection takes two open files, and the program needs a few more.
    let most = rlimit::increase_nofile_limit(u64::MAX)?.saturating_sub(20) / 2;
    let n = Connecting::parse().n.min(most);
    let listener = TcpListener::bind("127.0.0.1:0").await?;

    let mut clients = Vec::new();
    for _ in 0..n {
        clients.push(TcpStream::connect(listener.local_addr()?).await?);
        let (connection, _) = listener.accept().await?;
        tokio::spawn(answer(connection));
    }
    println!("{n} connections are open");

    for client in &mut clients {
        let mut line = [0; 6];
        client.write_all(b"Hello\n").await?;
        client.read_exact(&mut line).await?;
        assert_eq!(&line, b"Hello\n");
    }
    println!("All connections are served");
    Ok(())
}

async fn answer(mut connection: TcpStream) -> io::Result<()> {
    // The ready-made `tokio::io::copy` would keep 8 KiB for each task.
    let mut buffer = [0; 64];
    loop {
        let n = connection.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        connection.write_all(&buffer[..n]).await?;
    }
}
