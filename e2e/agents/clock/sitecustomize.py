"""For Python programs under libfaketime: its 0.9.10 makes time.sleep fail with EINVAL when the monotonic clock is left alone."""

import select
import time

time.sleep = lambda seconds: select.select([], [], [], seconds) and None
