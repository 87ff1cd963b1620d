"""Downloads URLs into downloads/: one at a time, in threads, processes or tasks.

    python3 downloads.py sequential|threaded|processes|tasks URL...
"""

import asyncio
import multiprocessing
import os
import sys
import threading
import urllib.parse
import urllib.request

model, urls = sys.argv[1], sys.argv[2:]
# Requests to loopback must not go to a proxy.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def save(content, url, filename):
    with open(filename, "wb") as f:
        f.write(content)
    sys.stdout.write(f"Downloaded {url}\nSaved {filename}\n")
    sys.stdout.flush()


def download(url, filename):
    sys.stdout.write(f"Downloading {url}\n")
    with opener.open(url, timeout=60) as response:
        content = response.read()
    save(content, url, filename)


async def download_in_task(url, filename):
    # The standard library has no HTTP client for asyncio.
    sys.stdout.write(f"Downloading {url}\n")
    parts = urllib.parse.urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    request = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n"
    writer.write(request.encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    if head.split()[1] != "200":
        raise OSError(head.splitlines()[0])
    length = next(line for line in head.splitlines() if line.startswith("content-length:"))
    content = await reader.readexactly(int(length.split(":")[1]))
    writer.close()
    save(content, url, filename)


async def in_tasks(jobs):
    await asyncio.gather(*[download_in_task(*job) for job in jobs])


if __name__ == "__main__":
    os.mkdir("downloads")
    jobs = [(url, f"downloads/file{i}") for i, url in enumerate(urls)]
    if model == "tasks":
        asyncio.run(in_tasks(jobs))
    elif model == "sequential":
        for job in jobs:
            download(*job)
    else:
        one = threading.Thread if model == "threaded" else multiprocessing.Process
        started = [one(target=download, args=job) for job in jobs]
        for each in started:
            each.start()
        for each in started:
            each.join()
    saved = sum(os.path.exists(filename) for _, filename in jobs)
    print("All downloads are finished")
    print(f"{saved} downloaded, {len(urls) - saved} failed")
    sys.exit(saved < len(urls))
