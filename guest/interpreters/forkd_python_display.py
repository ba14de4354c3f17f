"""Results of a call as they come: those that the code displays, its figures, and its last value when that is a rich one."""

import _thread
import os
import sys

from forkd_python_answer import as_json, clip
from forkd_python_fork import take_waiting_fork
from forkd_python_formats import NAMES, bundle_of, chart_text, data_of, is_figure, write_content
from forkd_python_frames import send_frame

MAX_RESULTS = 32
MAX_CALL_BYTES = 8 * 1024 * 1024


def create_display(session):
    thread = _thread.get_ident()

    def display(*values, raw=False):
        """Shows values as results of this call. With `raw` each is a dictionary of contents by MIME type."""
        if os.getpid() != session.pid or _thread.get_ident() != thread:
            # Only the interpreter itself speaks to its agent.
            return print(*values)
        for value in values:
            if raw:
                show_bundle(session, value)
            else:
                show(session, value)

    return display


def show(session, value, text=None, main=False):
    """`text` is what repr() gave, where that is known. A call's value that is nothing but that is told with its end."""
    bundle = bundle_of(value)
    formats = {"data": data_of(value), "chart": chart_text(value) if is_figure(value) else None}
    if main and not bundle:
        return
    bundle.setdefault("text/plain", repr(value) if text is None else text)
    if not main and "application/json" not in bundle:
        formats["json"] = as_json(value)
    show_bundle(session, bundle, formats, main)


def show_bundle(session, bundle, formats=None, main=False):
    formats = {name: text for name, text in (formats or {}).items() if text is not None}
    extra, cut = {}, False
    for mime, content in bundle.items():
        text = clip(str(content))[0] if mime == "text/plain" else write_content(mime, content)
        if text is None:
            cut = True
        elif mime in NAMES:
            formats[NAMES[mime]] = text
        else:
            extra[str(mime)[:128]] = text
    send_result(session, {"op": "display", "main": main, "formats": formats, "extra": extra, "truncated": cut})


def send_result(session, frame):
    """A frame goes whole or not at all, so that an interrupt or a fork has to wait for it."""
    chart = frame["formats"].get("chart")
    if chart is not None and sum(map(len, frame["formats"].values())) > session.result_bytes_left:
        # The picture before what it shows.
        del frame["formats"]["chart"]
        frame["truncated"] = True
    size = sum(len(text) for text in (*frame["formats"].values(), *frame["extra"].values()))
    session.results_left -= 1
    session.result_bytes_left -= size
    if session.results_left < 0 or session.result_bytes_left < 0:
        session.results_cut = True
        return
    sys.stdout.flush()
    sys.stderr.flush()
    session.sending = True
    session.in_user_code = False
    send_frame(frame)
    session.in_user_code = True
    session.sending = False
    if session.fork_waits:
        take_waiting_fork(session)
    if session.interrupt_waits:
        session.interrupt_waits = False
        raise KeyboardInterrupt


def begin_results(session):
    session.results_left = MAX_RESULTS
    session.result_bytes_left = MAX_CALL_BYTES
    session.results_cut = False


def show_figures(session, shown):
    """What is open in pyplot, but for what was shown as the call's value; nothing is open then."""
    pyplot = sys.modules["matplotlib.pyplot"]
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        if figure is not shown:
            show(session, figure)
    pyplot.close("all")


def close_figures():
    """Behind an error."""
    try:
        sys.modules["matplotlib.pyplot"].close("all")
    except Exception:
        pass
