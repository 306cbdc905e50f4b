"""What messages tell a person to do who is at a command line, in Python or in the editor.

They stand here, each once, so that whoever shows messages to others (a server, to visitors of its
page) can say instead how it is done there.
"""

from __future__ import annotations

PAINT = "--mask FILE (of a reference, --mask ROLE=FILE), in Python masks=, in the editor Mask."
SUBJECT = (
    "Say which is meant: --subject 2 (of a reference, --subject ROLE=2), in Python subject=2, in "
    "the editor Subject, under Mask. Or paint the region (a mask)."
)
OTHER_SUBJECT = (
    "--subject 2 (of a reference, --subject ROLE=2; in Python subject=) chooses another."
)
PHONES = 'needs one more package: `pip install "styleforge[photos]"`. Or save it as JPEG.'
OTHER_PACK = "another pack with --pack; `styleforge packs` lists what each edits."
