# Meetings and what changed since: commands, arguments, what is shown.

cmd-changes = See what changed in the registry since a day or the last meeting
    .example = capactif changes --since-meeting
arg-changes-since = Day or instant since which
value-changes-since = DAY
arg-changes-since-meeting = Since the last meeting that was held, informal or not
arg-changes-collection = This collection only
arg-changes-limit = How many records to name, the last touched first
cmd-meeting-agenda = Suggest the next meeting’s agenda, from the registry
    .example = capactif meeting agenda --html agenda.html
cmd-meeting-convocation = Write the convocation, with the agenda
    .example = capactif meeting convocation 3f9a12c4 --html convocation.html
cmd-meeting-sheet = Write the attendance sheet to sign
    .example = capactif meeting sheet 3f9a12c4 --html sheet.html
cmd-meeting-minutes = Write the minutes: who was there, agenda, decisions
    .example = capactif meeting minutes 3f9a12c4 --html minutes.html
arg-meeting-agenda-id = Meeting; the next one without it
arg-html = Write a page to print into this file
value-html = FILE
arg-meeting-agenda-save = Keep this agenda in the meeting’s record, where everybody can correct it
arg-meeting-agenda-replace = Replace the agenda that is there already; the history keeps the old one

page-written = Page written to { $path }. Open it in a browser to print it.

changes-nothing = Nothing changed since { $since }.
changes-since = Since { $since }
changes-counted-created = { $count } created
changes-counted-changed = { $count } changed
changes-counted-removed = { $count } removed
changes-what = What
changes-title = Title
changes-by = By
changes-on = On
changes-what-created = Created
changes-what-changed = Changed
changes-what-removed = Removed

meeting-agenda-title = Agenda
meeting-agenda-written = Agenda as set
meeting-agenda-saved = The agenda is in record { $id }. Correct it with “meeting set { $id } --agenda …”.
meeting-none-planned = No meeting is planned; add one with “meeting add”.
meeting-since = { $known ->
        [yes] Since the meeting of { $since }.
       *[no] Since { $since }; no earlier meeting is known.
    }
meeting-nothing = Nothing to report.
meeting-none = None.
meeting-nobody = Nobody is noted.
meeting-nothing-written = Nothing is written.
meeting-section-late-referrals = Referrals not answered in time ({ $count })
meeting-section-new-projects = New projects ({ $count })
meeting-section-expired = Listings to verify again ({ $count })
meeting-section-duplicates = Duplicates to decide on ({ $count })
meeting-section-decisions = Decisions to carry out ({ $count })
meeting-section-improvements = What could go better ({ $count })
meeting-section-actions = Actions of the network ({ $count })
meeting-section-charter = Charter
meeting-charter-proposals = { $count ->
        [one] One version of the charter is put to the vote; see “charter show”.
       *[other] { $count } versions of the charter are put to the vote; see “charter show”.
    }
meeting-convocation-title = Convocation
meeting-convocation-text = You are invited to this meeting. If you cannot come, tell the facilitator and say who comes in your place.
meeting-invited = Invited
meeting-person = Name
meeting-structure = Structure
meeting-signature = Signature
meeting-signatures = Signatures
meeting-sheet-title = Attendance sheet
meeting-sheet-text = Everybody signs beside their name; others add theirs.
meeting-minutes-title = Minutes
meeting-minutes-text = What was said
meeting-present = Present ({ $count })
meeting-decisions = Decisions
meeting-improvements = What could go better, as raised

error-no-meeting-planned = No meeting is planned.
    .hint = Add it first: “meeting add --kind monthly --at "2026-12-03 14:00" --place …”.
error-agenda-written = The meeting has an agenda already.
    .hint = Correct it with “meeting set”, or replace it with --replace.
