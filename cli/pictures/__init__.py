"""Pictures without a server: SVG by hand, from it PNG (extra `[png]`) and an HTML page with tooltips.

A picture is a `canvas.Picture`: title, subtitle and licence line are its frame, the caller draws between them.
Coordinates are pixels from the top left corner; begin at `picture.top`; the height follows from what is drawn.

    from nhs_graph.cli.pictures.canvas import Picture
    from nhs_graph.cli.pictures.palette import FILLS
    from nhs_graph.cli.pictures.text import fitted, width

    picture = Picture("Where REM came from", "as of 2026-11-01", "A tree of two parents and four grandparents.")
    picture.rect(40, picture.top, 200, 30, FILLS[0], tip="RQ6: closed 2019-10-01")
    picture.text(50, picture.top + 20, fitted("Royal Liverpool and Broadgreen", 180, 12), size=12)
    picture.line([(240, picture.top + 15), (300, picture.top + 15)], arrow=True)
    picture.legend(40, picture.bottom + 20, [(FILLS[0], "closed")])

A command takes `@answering(graph=True, picture=PICTURES)` and ends with `session.draw(picture, rows)`, which writes
the file that -o names. A command that also writes texts (`picture=(*PICTURES, ".dot")`) looks at
`session.output.suffix` and calls `cli.output.write` for those. `tests/pictures.py: overlapping` finds texts of an
SVG that lie on each other.
"""

PICTURES = (".svg", ".png", ".html")
"""The suffixes that every picture can be written as."""
