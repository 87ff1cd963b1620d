//! What holds for all four download programs: right downloads, and the same
//! words and status when something goes wrong.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use std::{fs, thread};

use super::faulty::{gate, mute, nobody, self_signed, server};
use super::{Run, command, finish, run_in};

/// Makes a test of each of the cases below, for one program.
macro_rules! test_downloads {
    ($program:expr) => {
        $crate::support::downloads::test_downloads! { $program;
            brings_its_own_site, leaves_no_site_when_killed, says_why_each_download_failed, stops_at_its_time_limits,
            stops_connecting_at_its_time_limit, leaves_a_redirect_loop_soon, keeps_an_older_file_unless_it_has_a_new_one,
            says_that_it_cannot_write, downloads_the_good_beside_the_bad, downloads_a_thousand,
            lives_with_few_descriptors, lives_with_small_files, lives_without_threads,
            sends_one_request_per_url, sends_no_second_request, saves_what_arrives_by_number,
            prints_whole_lines, takes_a_list_of_urls,
            asks_no_proxy_for_loopback, holds_no_whole_file_in_memory, ends_on_ctrl_c,
            ends_quietly_when_nobody_reads, refuses_arguments_that_are_none
        }
    };
    ($program:expr; $($case:ident),+) => {
        $(#[test]
        fn $case() {
            $crate::support::downloads::$case($program);
        })+
    };
}
pub(crate) use test_downloads;

/// Without arguments: the three files of the document from the program's own
/// site, whole, each line in its place, and the site gone at the end.
pub fn brings_its_own_site(program: &str) {
    let directory = tempfile::tempdir().unwrap();
    let run = run_in(directory.path(), program, &[""; 0]);
    let lines = run.lines();
    assert_eq!(lines.len(), 11, "{run:?}");
    assert_eq!(lines[9..], ["All downloads are finished", "3 downloaded, 0 failed"]);

    let first = lines[0].strip_prefix("Downloading http://").unwrap();
    let (address, _) = first.split_once('/').unwrap();
    let mut expected = Vec::new();
    for (i, path) in ["/file1.pdf", "/file2.pdf", "/file3.jpg"].into_iter().enumerate() {
        let url = format!("http://{address}{path}");
        let downloading = run.position(&format!("Downloading {url}"));
        let downloaded = run.position(&format!("Downloaded {url}"));
        let saved = run.position(&format!("Saved downloads/file{i}"));
        assert!(downloading < downloaded && downloaded < saved, "{run:?}");
        expected.push((format!("file{i}"), common::site::content(path, 0, 100 * 1024)));
    }
    assert!(files(&directory.path().join("downloads")) == expected, "other files: {run:?}");

    let address: SocketAddr = address.parse().unwrap();
    assert!(TcpStream::connect(address).is_err(), "the site outlives its program");
}

/// However the program ends, its site ends too.
pub fn leaves_no_site_when_killed(program: &str) {
    let directory = tempfile::tempdir().unwrap();
    let mut killed = command(program);
    let mut child = killed.current_dir(directory.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let (address, _) = line.strip_prefix("Downloading http://").unwrap().split_once('/').unwrap();
    let address: SocketAddr = address.parse().unwrap();

    child.kill().unwrap();
    child.wait().unwrap();
    let killed = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(killed.elapsed() < Duration::from_secs(1), "the site outlives its program");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Of programs that overlap their downloads: each of three answers waits until
/// all three have asked.
pub fn overlaps(program: &str) {
    let (run, urls) = download_from_gate(program, 3);
    for url in &urls {
        for other in &urls {
            let downloading = run.position(&format!("Downloading {url}"));
            assert!(downloading < run.position(&format!("Downloaded {other}")), "{run:?}");
        }
    }
}

/// Of the program that does not: each download ends before the next begins.
pub fn is_a_staircase(program: &str) {
    let (run, urls) = download_from_gate(program, 1);
    let steps = urls.iter().enumerate().flat_map(|(i, url)| {
        [format!("Downloading {url}"), format!("Downloaded {url}"), format!("Saved ./file{i}")]
    });
    let mut expected: Vec<String> = steps.collect();
    expected.push("All downloads are finished".to_owned());
    expected.push("3 downloaded, 0 failed".to_owned());
    assert_eq!(run.lines(), expected);
}

/// Of programs with `--at-once`: with 1 they are staircases too, with 2 there are
/// two on their way and never three, and more than there are descriptors for are
/// failures that are counted.
pub fn at_once_bounds_the_downloads(program: &str) {
    let address = gate(1);
    let urls: Vec<String> = (0..3).map(|i| format!("http://{address}/{i}")).collect();
    let Download { run, .. } = download(program, &["--at-once", "1"], &urls);
    for (url, next) in urls.iter().zip(&urls[1..]) {
        let downloaded = run.position(&format!("Downloaded {url}"));
        assert!(downloaded < run.position(&format!("Downloading {next}")), "{run:?}");
    }
    let address = gate(2);
    let urls: Vec<String> = (0..4).map(|i| format!("http://{address}/{i}")).collect();
    let Download { run, .. } = download(program, &["--at-once", "2"], &urls);
    assert_eq!(run.lines().last(), Some(&"4 downloaded, 0 failed"));
    let mut on_their_way = 0;
    for line in run.lines() {
        match line.split(' ').next() {
            Some("Downloading") => on_their_way += 1,
            Some("Saved") => on_their_way -= 1,
            _ => {}
        }
        assert!(on_their_way <= 2, "{run:?}");
    }
    assert_refused(program, &["--at-once", "0"]);
    let help = finish(command(program).arg("--help"));
    let default = |line: &&str| line.contains("--at-once <N>") && line.contains("[default: 64]");
    assert!(help.lines().iter().any(default), "{help:?}");
    with_few_descriptors(program, &["--at-once", "500"]);
}

fn download_from_gate(program: &str, crowd: usize) -> (Run, Vec<String>) {
    let address = gate(crowd);
    let urls: Vec<String> = (0..3).map(|i| format!("http://{address}/{i}")).collect();
    let Download { run, files } = download(program, &[], &urls);
    assert_eq!(run.lines().len(), 11, "{run:?}");
    let expected: Vec<_> =
        (0..3).map(|i| (format!("file{i}"), format!("/{i}").into_bytes())).collect();
    assert_eq!(files, expected);
    (run, urls)
}

pub fn says_why_each_download_failed(program: &str) {
    let (faulty, nobody, self_signed) = (server(), nobody(), self_signed());
    let faults = [
        ("/404", "HTTP 404 Not Found"),
        ("/410", "HTTP 410 Gone"),
        ("/500", "HTTP 500 Internal Server Error"),
        ("/503", "HTTP 503 Service Unavailable"),
        ("/204", "HTTP 204 No Content"),
        ("/206", "HTTP 206 Partial Content"),
        ("/302", "HTTP 302 Found"),
        ("/to-a-file", "HTTP 302 Found"),
        ("/loop", "too many redirects"),
        ("/short", "end of file before message length reached after 3 of 1000 bytes"),
        ("/cut-chunks", "unexpected EOF during chunk size line after 5 bytes"),
        ("/reset", "Connection reset by peer (os error 104) after 3 of 1000 bytes"),
        ("/nothing", "connection closed before message completed"),
        ("/garbage", "invalid HTTP version parsed"),
        ("/endless", "larger than 1048576 bytes"),
        ("/huge", "larger than 1048576 bytes"),
    ];
    let faults = faults.map(|(path, reason)| (format!("http://{faulty}{path}"), reason));
    let others = [
        (format!("http://{nobody}/"), "Connection refused (os error 111)"),
        (format!("https://{faulty}/"), "received corrupt message of type InvalidContentType"),
        (format!("https://{self_signed}/"), "invalid peer certificate: UnknownIssuer"),
        ("file:///etc/passwd".to_owned(), "URL scheme is not allowed"),
        ("example.com/file".to_owned(), "relative URL without a base"),
        ("http://".to_owned(), "empty host"),
        ("http://a b/".to_owned(), "invalid international domain name"),
    ];
    let faults = [&faults[..], &others[..]].concat();
    let urls: Vec<String> = faults.iter().map(|(url, _)| url.clone()).collect();

    let Download { run, files } = download(program, &["--max-size", "1MiB"], &urls);
    assert_eq!((run.status.code(), run.stderr.as_str()), (Some(1), ""), "{run:?}");
    for (url, reason) in &faults {
        run.position(&format!("Downloading {url}"));
        run.position(&format!("Failed to download {url}: {reason}"));
    }
    assert_eq!(run.lines.len(), 2 * faults.len() + 2, "{run:?}");
    assert_eq!(run.lines[run.lines.len() - 1], format!("0 downloaded, {} failed", faults.len()));
    assert_eq!(files, []);
    assert!(run.elapsed < Duration::from_secs(5), "{run:?}");

    // The resolver's own words follow.
    let Download { run, .. } = download(program, &[], &["http://no-such-host.invalid/".to_owned()]);
    let reason =
        "Failed to download http://no-such-host.invalid/: failed to lookup address information";
    assert!(run.lines[1].starts_with(reason), "{run:?}");
}

pub fn stops_at_its_time_limits(program: &str) {
    let faulty = server();
    let limits = ["--stall-timeout", "500ms", "--timeout", "1s"];
    // What drips never stalls, and is stopped by the limit of the whole.
    for (path, after, limit) in [
        ("/no-answer", "", 500),
        ("/stall", " after 3 of 1000 bytes", 500),
        ("/drip", " after ", 1000),
    ] {
        let url = format!("http://{faulty}{path}");
        let Download { run, files } = download(program, &limits, std::slice::from_ref(&url));
        let expected = format!("Failed to download {url}: operation timed out{after}");
        assert!(run.lines[1].starts_with(&expected), "{run:?}");
        assert_eq!(run.lines[3], "0 downloaded, 1 failed");
        assert_eq!(files, []);
        let limit = Duration::from_millis(limit);
        assert!(limit <= run.elapsed && run.elapsed <= limit + Duration::from_secs(1), "{run:?}");
    }
}

pub fn stops_connecting_at_its_time_limit(program: &str) {
    // Nobody accepts, and the queue for those that wait is full: the kernel
    // drops what comes.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let address = listener.local_addr().unwrap();
    let _waiting = TcpStream::connect(address).unwrap();

    let url = format!("http://{address}/");
    let Download { run, .. } =
        download(program, &["--connect-timeout", "500ms"], std::slice::from_ref(&url));
    assert_eq!(run.lines[1], format!("Failed to download {url}: connection timed out"), "{run:?}");
    assert!(run.elapsed <= Duration::from_millis(1500), "{run:?}");
}

pub fn leaves_a_redirect_loop_soon(program: &str) {
    let url = format!("http://{}/loop", server());
    let Download { run, .. } = download(program, &[], std::slice::from_ref(&url));
    assert_eq!(run.lines[1], format!("Failed to download {url}: too many redirects"), "{run:?}");
    assert!(run.elapsed <= Duration::from_secs(2), "{run:?}");
}

pub fn keeps_an_older_file_unless_it_has_a_new_one(program: &str) {
    let faulty = server();
    let urls = ["/short", "/new", "/404"].map(|path| format!("http://{faulty}{path}"));
    let directory = tempfile::tempdir().unwrap();
    for i in 0..3 {
        fs::write(directory.path().join(format!("file{i}")), "old").unwrap();
    }
    let run = run_in(directory.path(), program, &into_here(&[], &urls));
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    let expected = [("file0", "old"), ("file1", "/new"), ("file2", "old")];
    assert_eq!(
        files(directory.path()),
        expected.map(|(name, text)| (name.to_owned(), text.into()))
    );
}

pub fn says_that_it_cannot_write(program: &str) {
    let url = format!("http://{}/", server());
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("occupied"), "").unwrap();
    for (into, reason) in [
        ("missing", "No such file or directory (os error 2)"),
        ("occupied", "Not a directory (os error 20)"),
    ] {
        let run = run_in(directory.path(), program, &["--into", into, &url, &url]);
        assert_eq!((run.status.code(), run.stderr.as_str()), (Some(1), ""), "{run:?}");
        for i in 0..2 {
            run.position(&format!(
                "Failed to download {url}: cannot write {into}/file{i}: {reason}"
            ));
        }
        assert_eq!(run.lines[5], "0 downloaded, 2 failed");
    }
    assert_eq!(files(directory.path()), [("occupied".to_owned(), vec![])]);

    // Without --into, the directory is made where it can be.
    let run = finish(command(program).arg(&url).current_dir("/proc"));
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    assert!(run.stderr.starts_with("Error: cannot create downloads: "), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
}

pub fn downloads_the_good_beside_the_bad(program: &str) {
    let (site, faulty, nobody) = (site(), server(), nobody());
    let bad = ["/short", "/reset", "/stall", "/loop"].map(|path| format!("http://{faulty}{path}"));
    let bad = [&bad[..], &[format!("http://{nobody}/")]].concat();
    let good = (0..5).map(|i| format!("http://{site}/{i}?size=70000"));
    let urls: Vec<String> = good.zip(bad).flat_map(|(good, bad)| [good, bad]).collect();
    let Download { run, files } = download(program, &["--stall-timeout", "2s"], &urls);
    assert_eq!((run.status.code(), run.stderr.as_str()), (Some(1), ""), "{run:?}");
    assert_eq!(run.lines[run.lines.len() - 1], "5 downloaded, 5 failed");
    let content = |i| common::site::content(&format!("/{i}"), 0, 70_000);
    let expected: Vec<_> = (0..5).map(|i| (format!("file{}", 2 * i), content(i))).collect();
    assert!(files == expected, "other files: {run:?}");
}

pub fn downloads_a_thousand(program: &str) {
    let site = site();
    let urls: Vec<String> =
        (0..1_000).map(|i| format!("http://{site}/{i}?size=100&delay=1")).collect();
    let Download { run, files } = download(program, &[], &urls);
    assert_eq!(run.lines().last(), Some(&"1000 downloaded, 0 failed"));
    assert_eq!(files.len(), 1_000);
    for (name, bytes) in files {
        let i = name.strip_prefix("file").unwrap();
        assert_eq!(bytes, common::site::content(&format!("/{i}"), 0, 100), "{name}");
    }
}

pub fn lives_with_few_descriptors(program: &str) {
    let downloaded = with_few_descriptors(program, &[]);
    // Only a thread per URL needs more than there are.
    assert!(downloaded == 1_000 || program.ends_with("/downloads"), "{downloaded} downloaded");
}

/// Returns how many of a thousand were downloaded.
fn with_few_descriptors(program: &str, options: &[&str]) -> usize {
    let site = site();
    let urls: Vec<String> =
        (0..1_000).map(|i| format!("http://{site}/{i}?size=100&delay=1")).collect();
    let directory = tempfile::tempdir().unwrap();
    let mut limited = command("sh");
    limited.args(["-c", "ulimit -n 256; exec \"$@\"", "sh", program]);
    let run = finish(limited.args(into_here(options, &urls)).current_dir(directory.path()));

    let downloaded = files(directory.path()).len();
    assert_eq!(run.status.code(), Some(i32::from(downloaded < 1_000)), "{run:?}");
    let last = format!("{downloaded} downloaded, {} failed", 1_000 - downloaded);
    assert_eq!(*run.lines.last().unwrap(), last);
    let failed = run.lines.iter().filter(|line| line.starts_with("Failed to download "));
    assert_eq!(failed.count(), 1_000 - downloaded);
    assert!(!run.stderr.contains("panicked"), "{run:?}");
    downloaded
}

/// Beyond the limit of the system a signal would end the program.
pub fn lives_with_small_files(program: &str) {
    let site = site();
    let urls = [100, 70_000, 200].map(|size| format!("http://{site}/file?size={size}&delay=1"));
    let directory = tempfile::tempdir().unwrap();
    let mut limited = command("sh");
    limited.args(["-c", "ulimit -f 8; exec \"$@\"", "sh", program]);
    let run = finish(limited.args(into_here(&[], &urls)).current_dir(directory.path()));
    assert_eq!((run.status.code(), run.stderr.as_str()), (Some(1), ""), "{run:?}");
    // Shells count in pieces of 512 or of 1024 bytes.
    let reason = format!("Failed to download {}: larger than ", urls[1]);
    assert!(run.lines.iter().any(|line| line.starts_with(&reason)), "{run:?}");
    assert_eq!(run.lines.last().unwrap(), "2 downloaded, 1 failed");
    let files = files(directory.path());
    let sizes: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.len())).collect();
    assert_eq!(sizes, [("file0", 100), ("file2", 200)]);
}

/// Each program needs one to look up a name, and most need others. None can start
/// with a stack that is larger than the address space.
pub fn lives_without_threads(program: &str) {
    let url = format!("http://localhost:{}/", server().port());
    let directory = tempfile::tempdir().unwrap();
    let mut limited = command(program);
    limited.env("RUST_MIN_STACK", "1000000000000000").current_dir(directory.path());
    let site = finish(&mut limited);
    assert_eq!(site.status.code(), Some(1), "{site:?}");
    assert!(!site.stderr.contains("panicked"), "{site:?}");
    assert_eq!(site.lines.last().unwrap(), "0 downloaded, 3 failed");

    let run = finish(limited.args(into_here(&[], &[url.clone(), url.clone()])));
    assert_eq!((run.status.code(), run.stderr.as_str()), (Some(1), ""), "{run:?}");
    let reason =
        format!("Failed to download {url}: Resource temporarily unavailable (os error 11)");
    assert_eq!(run.lines.iter().filter(|line| **line == reason).count(), 2, "{run:?}");
    assert_eq!(run.lines.last().unwrap(), "0 downloaded, 2 failed");
}

/// Of the program with a thread per URL: it does not start so many that the
/// system has no memory mappings for them.
pub fn starts_no_thread_without_room(program: &str) {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("list"), "file:///\n".repeat(40_000)).unwrap();
    let run = run_in(directory.path(), program, &into_here(&["--from", "list"], &[]));
    assert_eq!((run.status.code(), run.stderr.as_str()), (Some(1), ""));
    assert_eq!(run.lines.last().unwrap(), "0 downloaded, 40000 failed");
}

pub fn sends_one_request_per_url(program: &str) {
    let site = site();
    let urls: Vec<String> = (0..20).map(|i| format!("http://{site}/{i}?size=10&delay=1")).collect();
    let Download { run, .. } = download(program, &[], &urls);
    assert_eq!(run.lines().last(), Some(&"20 downloaded, 0 failed"));

    let mut connection = TcpStream::connect(site).unwrap();
    connection
        .write_all(b"GET /requests HTTP/1.1\r\nHost: site\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    let (_, requests) = answer.split_once("\r\n\r\n").unwrap();
    let mut requests: Vec<&str> = requests.lines().collect();
    let mut expected: Vec<String> = (0..20).map(|i| format!("/{i} 1")).collect();
    requests.sort_unstable();
    expected.sort_unstable();
    assert_eq!(requests, expected);
}

pub fn sends_no_second_request(program: &str) {
    let (mute, requests) = mute();
    let urls: Vec<String> = (0..3).map(|i| format!("http://{mute}/{i}")).collect();
    let Download { run, .. } = download(program, &[], &urls);
    assert_eq!(run.lines.last().unwrap(), "0 downloaded, 3 failed");
    assert_eq!(requests.load(Ordering::Relaxed), 3);
}

/// No URL chooses a name, two that are equal are two files, and nothing is
/// unpacked.
pub fn saves_what_arrives_by_number(program: &str) {
    let faulty = server();
    let urls = ["/gzip", "/gzip", "/%2e%2e/%2Fescape", "/a/../../b?c=/d"];
    let urls = urls.map(|path| format!("http://{faulty}{path}"));
    let Download { run, files } = download(program, &[], &urls);
    assert_eq!(run.lines().last(), Some(&"4 downloaded, 0 failed"));
    let expected = ["packed", "packed", "/%2Fescape", "/b?c=/d"];
    let expected = expected.iter().enumerate();
    let expected: Vec<_> =
        expected.map(|(i, text)| (format!("file{i}"), text.as_bytes().to_vec())).collect();
    assert_eq!(files, expected);
}

/// Threads, and above all processes, do not print into each other's lines.
pub fn prints_whole_lines(program: &str) {
    let faulty = server();
    let long = "x".repeat(3_000);
    let urls: Vec<String> = (0..64).map(|i| format!("http://{faulty}/{i}?{long}")).collect();
    let Download { run, .. } = download(program, &[], &urls);
    for url in &urls {
        run.position(&format!("Downloading {url}"));
        run.position(&format!("Downloaded {url}"));
    }
    assert_eq!(run.lines().len(), 3 * 64 + 2);
}

pub fn takes_a_list_of_urls(program: &str) {
    let faulty = server();
    let directory = tempfile::tempdir().unwrap();
    let list = format!("http://{faulty}/one\n\n  http://{faulty}/two  \n");
    fs::write(directory.path().join("list"), &list).unwrap();
    let into = directory.path().join("into");
    fs::create_dir(&into).unwrap();
    let expected = [("file0", "/zero"), ("file1", "/one"), ("file2", "/two")];
    let expected = expected.map(|(name, text)| (name.to_owned(), text.into()));
    let zero = format!("http://{faulty}/zero");

    let arguments = [&zero, "--from", "list", "--into", "into"];
    let run = run_in(directory.path(), program, &arguments);
    assert_eq!(run.lines().last(), Some(&"3 downloaded, 0 failed"));
    assert_eq!(files(&into), expected);

    fs::remove_dir_all(&into).unwrap();
    fs::create_dir(&into).unwrap();
    let mut from_stdin = command(program);
    from_stdin.args([&zero, "--from", "-", "--into", "into"]).current_dir(directory.path());
    let run = finish(from_stdin.stdin(fs::File::open(directory.path().join("list")).unwrap()));
    assert_eq!(run.lines().last(), Some(&"3 downloaded, 0 failed"));
    assert_eq!(files(&into), expected);

    let run = run_in(directory.path(), program, &["--from", "missing"]);
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    assert_eq!(run.stderr, "Error: cannot read missing: No such file or directory (os error 2)\n");
    // A line that is no text is a URL that fails, and no more than that.
    let no_text = [format!("http://{}/", nobody()).as_bytes(), b"\xff\r\n"].concat();
    fs::write(directory.path().join("list"), [&no_text, zero.as_bytes()].concat()).unwrap();
    let run = run_in(directory.path(), program, &["--from", "list", "--into", "into"]);
    assert_eq!(run.lines.last().unwrap(), "1 downloaded, 1 failed");
    assert_eq!(files(&into)[1], ("file1".to_owned(), b"/zero".to_vec()));
    // An empty list is nothing to do, and not the loopback site.
    fs::write(directory.path().join("empty"), "\n").unwrap();
    let run = run_in(directory.path(), program, &["--from", "empty"]);
    assert_eq!(run.lines(), ["All downloads are finished", "0 downloaded, 0 failed"]);
}

pub fn asks_no_proxy_for_loopback(program: &str) {
    let (faulty, proxy, nobody) = (server(), server(), nobody());
    let directory = tempfile::tempdir().unwrap();
    let mut proxied = command(program);
    proxied.args([&format!("http://{faulty}/own"), "http://example.invalid/", "--into", "."]);
    proxied.current_dir(directory.path());

    let run = finish(proxied.env("http_proxy", format!("http://{proxy}")));
    assert_eq!(run.lines().last(), Some(&"2 downloaded, 0 failed"));
    // The proxy is asked for the whole URL, and answers with it.
    let expected = [("file0", "/own"), ("file1", "http://example.invalid/")];
    assert_eq!(
        files(directory.path()),
        expected.map(|(name, text)| (name.to_owned(), text.into()))
    );

    let run = finish(proxied.env("http_proxy", format!("http://{nobody}")));
    assert_eq!(run.lines.last().unwrap(), "1 downloaded, 1 failed");
    run.position("Failed to download http://example.invalid/: Connection refused (os error 111)");

    let run = finish(proxied.env("http_proxy", "http://"));
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    assert_eq!(run.stderr, "Error: http_proxy holds no URL of a proxy\n");
}

pub fn holds_no_whole_file_in_memory(program: &str) {
    let url = format!("http://{}/large?size=268435456&delay=0", site());
    let directory = tempfile::tempdir().unwrap();
    let mut limited = command("sh");
    limited.args(["-c", "ulimit -d 65536; exec \"$@\"", "sh", program]);
    let run = finish(limited.args(into_here(&[], &[url])).current_dir(directory.path()));
    assert_eq!(run.lines().last(), Some(&"1 downloaded, 0 failed"));
    assert_eq!(fs::metadata(directory.path().join("file0")).unwrap().len(), 268_435_456);
}

pub fn ends_on_ctrl_c(program: &str) {
    let faulty = server();
    let urls: Vec<String> = (0..3).map(|_| format!("http://{faulty}/drip")).collect();
    let directory = tempfile::tempdir().unwrap();
    // What a script starts in the background ignores the signal, and so would all
    // that it starts.
    let mut interrupted = command("env");
    interrupted.args(["--default-signal=INT", program]).args(into_here(&[], &urls));
    interrupted.current_dir(directory.path());
    let mut child = interrupted.process_group(0).stdout(Stdio::piped()).spawn().unwrap();
    let group = child.id();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("Downloading "));

    kill("-INT", &format!("-{group}"));
    let interrupted = Instant::now();
    assert_eq!(child.wait().unwrap().signal(), Some(2));
    // The pipe ends when the last process that holds it has.
    assert!(lines.map_while(Result::ok).all(|line| line.starts_with("Downloading ")));
    assert!(interrupted.elapsed() < Duration::from_secs(1));
    assert_eq!(files(directory.path()), []);
}

pub fn ends_quietly_when_nobody_reads(program: &str) {
    let faulty = server();
    let directory = tempfile::tempdir().unwrap();
    let mut unread = command(program);
    unread.args(into_here(&[], &[format!("http://{faulty}/"), format!("http://{faulty}/404")]));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    unread.current_dir(directory.path()).stdout(writer).stderr(Stdio::piped());
    let output = unread.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

pub fn refuses_arguments_that_are_none(program: &str) {
    assert_refused(program, &["--stall-timeout", "soon"]);
    assert_refused(program, &["--connect-timeout", "0s"]);
    assert_refused(program, &["--timeout", "18446744073709551615s"]);
    assert_refused(program, &["--max-size", "big"]);

    let help = finish(command(program).arg("--help"));
    for option in
        ["--into", "--from", "--connect-timeout", "--stall-timeout", "--timeout", "--max-size"]
    {
        let line = help.lines.iter().find(|line| line.contains(option));
        let explained = |line: &String| option == "--from" || line.contains("[default: ");
        assert!(line.is_some_and(explained), "{option}: {help:?}");
    }
}

fn assert_refused(program: &str, arguments: &[&str]) {
    let run = finish(command(program).args(arguments));
    assert_eq!(run.status.code(), Some(2), "{run:?}");
    assert!(run.stderr.starts_with("error: ") && run.lines.is_empty(), "{run:?}");
}

/// Of the program with a process per URL: one of them is killed from outside.
pub fn a_killed_process_is_one_failure(program: &str) {
    let faulty = server();
    let (drip, good) = (format!("http://{faulty}/drip"), format!("http://{faulty}/good"));
    let directory = tempfile::tempdir().unwrap();
    let mut child = command(program)
        .args(into_here(&[], &[drip.clone(), good]))
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    // The good one ends, which leaves the other as the only child.
    let saved = lines.find(|line| line.starts_with("Saved ")).unwrap();
    assert_eq!(saved, "Saved ./file1");
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    let started = Instant::now();
    let victim = loop {
        assert!(started.elapsed() < Duration::from_secs(10), "it has other children");
        let children = fs::read_to_string(&children).unwrap();
        match children.split_whitespace().collect::<Vec<_>>()[..] {
            [victim] => break victim.to_owned(),
            _ => thread::yield_now(),
        }
    };
    kill("-KILL", &victim);

    let rest: Vec<String> = lines.filter(|line| !line.starts_with("Downloading ")).collect();
    let killed = format!("Failed to download {drip}: the process for {drip} was killed by SIGKILL");
    assert_eq!(rest, [&killed, "All downloads are finished", "1 downloaded, 1 failed"]);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(files(directory.path()), [("file1".to_owned(), b"/good".to_vec())]);
}

struct Download {
    run: Run,
    files: Vec<(String, Vec<u8>)>,
}

/// Downloads into an empty directory.
fn download(program: &str, options: &[&str], urls: &[String]) -> Download {
    let directory = tempfile::tempdir().unwrap();
    let run = run_in(directory.path(), program, &into_here(options, urls));
    Download { run, files: files(directory.path()) }
}

fn into_here(options: &[&str], urls: &[String]) -> Vec<String> {
    let options = ["--into", "."].iter().chain(options).map(|option| (*option).to_owned());
    options.chain(urls.iter().cloned()).collect()
}

/// The loopback site, in a thread, for as long as the test runs.
fn site() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    rustix::net::listen(&listener, 1024).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(|| common::site::serve(listener));
    address
}

fn kill(signal: &str, whom: &str) {
    // The shell's own: a bare Debian has no program of this name.
    let kill = format!("kill {signal} {whom}");
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

/// The files of a directory by name, with their bytes.
fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}
