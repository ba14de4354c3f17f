"""One call: compiled, run among the user's names, and answered."""

import ast
import linecache
import sys

from forkd_python_answer import MAX_TEXT_BYTES, describe_error, describe_value
from forkd_python_display import begin_results, close_figures, show, show_figures
from forkd_python_fork import take_waiting_fork
from forkd_python_formats import is_plain

MAX_REMEMBERED_CELLS = 512
CO_COROUTINE = 0x80


def remember_source(session, code):
    """Makes tracebacks show the lines of what was called."""
    session.cells += 1
    name = f"<cell {session.cells}>"
    if len(code) <= MAX_TEXT_BYTES:
        lines = code.splitlines(True) if "\n" in code else [code]
        linecache.cache[name] = (len(code), None, lines, name)
    if session.cells > MAX_REMEMBERED_CELLS:
        linecache.cache.pop(f"<cell {session.cells - MAX_REMEMBERED_CELLS}>", None)
    return name


def compile_call(code, mode, name):
    """
    The statements to run and the expression whose value counts; either may be missing. Most calls are one
    expression, which compiles without a detour over syntax trees as objects.
    """
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    if mode != "run":
        try:
            return None, compile(code.strip(), name, "eval", flags, True)
        except SyntaxError:
            if mode == "eval":
                raise
    tree = compile(code, name, "exec", flags | ast.PyCF_ONLY_AST, True)
    value = None
    if mode == "auto" and tree.body and isinstance(tree.body[-1], ast.Expr):
        expression = ast.Expression(tree.body.pop().value)
        value = compile(expression, name, "eval", flags, True)
    body = compile(tree, name, "exec", flags, True) if tree.body else None
    return body, value


def execute(session, code):
    if code is None:
        return None
    value = eval(code, session.main.__dict__)
    return run_coroutine(session, value) if code.co_flags & CO_COROUTINE else value


def run_coroutine(session, coroutine):
    import asyncio

    if session.loop is None or session.loop.is_closed():
        session.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(session.loop)
    task = session.loop.create_task(coroutine)
    try:
        return session.loop.run_until_complete(task)
    except BaseException:
        if not task.done():
            task.cancel()
            session.loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        raise


def flush_output(session):
    streams = [sys.stdout, sys.stderr]
    if streams[0] is not sys.__stdout__ or streams[1] is not sys.__stderr__:
        streams += [sys.__stdout__, sys.__stderr__]
    for stream in streams:
        try:
            stream.flush()
        except BaseException:
            pass
    if session.flush_c is not None:
        session.flush_c(None)


def call(session, code, mode):
    name = remember_source(session, code)
    begin_results(session)
    try:
        session.in_user_code = True
        if session.fork_waits:
            take_waiting_fork(session)
        body, expression = compile_call(code, mode, name)
        execute(session, body)
        value = execute(session, expression)
        answer = describe_value(value)
        if not is_plain(value):
            show(session, value, answer["result"], main=True)
        if "matplotlib.pyplot" in sys.modules:
            show_figures(session, value)
        session.in_user_code = False
    except BaseException as error:
        session.in_user_code = False
        answer = describe_error(error)
        if "matplotlib.pyplot" in sys.modules:
            close_figures()
    if session.results_cut:
        answer["truncated"] = True
    return answer
