"""Downloads URLs into downloads/, in threads or in processes.

    python3 downloads.py threaded|processes URL...
"""

import multiprocessing
import os
import sys
import threading
import urllib.request

model, urls = sys.argv[1], sys.argv[2:]
# Loopback is not to be asked of a proxy.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def download(url, filename):
    sys.stdout.write(f"Downloading {url}\n")
    with opener.open(url, timeout=60) as response:
        content = response.read()
    sys.stdout.write(f"Downloaded {url}\n")
    with open(filename, "wb") as f:
        f.write(content)
    sys.stdout.write(f"Saved {filename}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.mkdir("downloads")
    one = threading.Thread if model == "threaded" else multiprocessing.Process
    started = []
    for i, url in enumerate(urls):
        started.append(one(target=download, args=(url, f"downloads/file{i}")))
        started[-1].start()
    for each in started:
        each.join()
    saved = sum(os.path.exists(f"downloads/file{i}") for i in range(len(urls)))
    print("All downloads are finished")
    print(f"{saved} downloaded, {len(urls) - saved} failed")
    sys.exit(saved < len(urls))
