"""How gunicorn serves the shop: `gunicorn --config python:store.serving store.wsgi`."""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = 4
preload_app = True  # a process that dies is replaced within milliseconds
timeout = 60
#: After SIGTERM nothing new is accepted, and what is being answered may finish for so many seconds.
graceful_timeout = 30
loglevel = "warning"
accesslog = None  # store.logs writes the requests, without people
control_socket_disable = True
