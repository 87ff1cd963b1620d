"""Fetches from three simulated sources at the same time, in tasks.

    python3 fetch.py tasks
"""

import asyncio


async def fetch_data(simulated_delay, name):
    print(f"Starting to fetch data from {name}")
    await asyncio.sleep(simulated_delay)
    print(f"Finished fetching data from {name}")
    return f"Data from {name}"


async def main():
    task1 = asyncio.create_task(fetch_data(2, "Source 1"))
    task2 = asyncio.create_task(fetch_data(3, "Source 2"))
    task3 = asyncio.create_task(fetch_data(1, "Source 3"))
    for result in await asyncio.gather(task1, task2, task3):
        print(result)


asyncio.run(main())
