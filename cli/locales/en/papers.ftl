# Signed papers, attached to an evaluation or a meeting: commands, arguments, what is shown.

cmd-evaluation-attach = Attach the signed paper of an evaluation (scanned minutes), sealed to your structure and those you name
    .example =
        capactif evaluation attach 2026-H1 signed-minutes.pdf
        capactif evaluation attach 2026-H1 signed-minutes.pdf --share cci,adie
cmd-evaluation-attachments = List the signed papers of an evaluation
    .example = capactif evaluation attachments 2026-H1
cmd-evaluation-detach = Take a signed paper off an evaluation
    .example = capactif evaluation detach 2026-H1 5c0ffee1
cmd-evaluation-save = Save the signed papers of an evaluation into a folder
    .example = capactif evaluation save 2026-H1 --into papers
cmd-meeting-attach = Attach the signed paper of a meeting (minutes, attendance sheet), sealed to your structure and those you name
    .example = capactif meeting attach 3f9a12c4 signed-minutes.pdf --share cci
cmd-meeting-attachments = List the signed papers of a meeting
    .example = capactif meeting attachments 3f9a12c4
cmd-meeting-detach = Take a signed paper off a meeting
    .example = capactif meeting detach 3f9a12c4 5c0ffee1
cmd-meeting-save = Save the signed papers of a meeting into a folder
    .example = capactif meeting save 3f9a12c4 --into papers

arg-evaluation-attach-id = Half-year, or the beginning of the evaluation’s identity
value-evaluation-attach-id = HALF-YEAR
arg-evaluation-attachments-id = Half-year, or the beginning of the evaluation’s identity
value-evaluation-attachments-id = HALF-YEAR
arg-evaluation-detach-id = Half-year, or the beginning of the evaluation’s identity
value-evaluation-detach-id = HALF-YEAR
arg-evaluation-save-id = Half-year, or the beginning of the evaluation’s identity
value-evaluation-save-id = HALF-YEAR
arg-evaluation-attach-files = Scanned papers (PDF, JPEG, PNG), of 4 MB each at most
arg-meeting-attach-files = Scanned papers (PDF, JPEG, PNG), of 4 MB each at most
arg-evaluation-attach-share = Structures that may read the papers, besides your own
arg-meeting-attach-share = Structures that may read the papers, besides your own
arg-numbers = Numbers of papers, as “attachments” gives them
value-numbers = NUMBER

papers-title = Signed papers
papers-added = { $count ->
        [one] One signed paper attached to { $id }: { $names }. Read by: { $readers }.
       *[other] { $count } signed papers attached to { $id }: { $names }. Read by: { $readers }.
    }
papers-removed = { $count ->
        [one] One paper taken off { $id }: { $names }. Nobody opens it any more; its file goes in a month.
       *[other] { $count } papers taken off { $id }: { $names }. Nobody opens them any more; their files go in a month.
    }
papers-none = No signed paper.
papers-are-evidence = A paper is evidence; it does not count for the quorum, which keys alone fill.
papers-attached = { $count ->
        [one] One signed paper is attached, on { $on }{ $others ->
            [0] {""}
           *[other] , about other figures than these
        }
       *[other] { $count } signed papers are attached, the last on { $on }{ $others ->
            [0] {""}
            [one] , one of them about other figures than these
           *[other] , { $others } of them about other figures than these
        }
    }; the quorum counts keys alone.
paper-number = No.
paper-attached-on = Attached on
paper-by = By
paper-figures = Figures
paper-readers = Read by
paper-of-other-figures = { $hash } (others)
committee-signed = What is signed here: the figures of { $period }, hash { $hash }. A signature on paper is evidence; the quorum counts keys alone.
