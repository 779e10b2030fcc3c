# “erase”: for ever.

cmd-erase = Erase a record for ever, at every partner
    .example =
        capactif erase 3f9a12c4 --why asked
        capactif erase 3f9a12c4 --why asked --yes
        capactif erase status
arg-erase-record = Record to erase: the beginning of its identity
value-erase-record = RECORD
arg-erase-why = Reason: “mistake” (entered by mistake), “asked” (the person asked for it), “retention” (the time it may be kept is over)
value-erase-why = REASON
arg-erase-yes = Erase for good; without this option the command only says what would be erased
arg-erase-hide = Only hide it, without the root key: its bytes stay until that agrees
cmd-erase-status = Show where each erasure is done, and who is still missing
    .example = capactif erase status
arg-erase-status-record = Erased record: the beginning of its identity
value-erase-status-record = RECORD
cmd-erase-due = Show the records that are kept longer than they may be
    .example = capactif erase due

erase-preview = Would be erased: { $title } ({ $id }), { $entries ->
    [one] { $entries } entry
   *[other] { $entries } entries
    }, on { $nodes ->
    [one] { $nodes } computer
   *[other] { $nodes } computers
    }.
erase-preview-hint = { $root ->
    [open] An erasure is for ever: add --yes to erase.
    [locked] An erasure is for ever: add --yes to erase; the root key’s passphrase will be asked for.
    [unasked] The record would only be hidden everywhere. Add --yes to hide it.
   *[elsewhere] The root key is not on this computer: the record would be hidden everywhere, and its bytes deleted once the same command was given where that key is, or here with --root-file. Add --yes to erase.
    }
erase-done = Erased here: { $id }. Other computers erase as soon as they hear of it; “capactif erase status” says which have.
erase-hidden = Hidden everywhere: { $id }. Its bytes are deleted once the same command was given with the structure’s root key: on the computer that has it, or here with --root-file.
erase-status-nothing = Nothing was erased.
erase-status-head = { $id }  { $why }, by { $by }, { $when }
erase-status-everywhere = erased on { $done } of { $nodes } computers
erase-status-waiting = erased on { $done } of { $nodes } computers; missing: { $names }
erase-status-hidden = hidden everywhere; the structure’s root key has not agreed yet
erase-status-refused = without effect: { $reason }
erase-status-unread = what it names has not arrived here yet
erase-why-mistake = entered by mistake
erase-why-asked = the person asked for it
erase-why-retention = the time it may be kept is over
erase-why-unknown = a reason that this version does not know
erase-due-nothing = No record of your structure is kept too long.
erase-due-id = Id
erase-due-title = Title
erase-due-rule = Why
erase-due-until = To be erased since
erase-due-hint = To erase: capactif erase IDENTITY --why retention --yes
erase-rule-draft = draft untouched for 90 days
erase-rule-not-taken-up = not taken up, 12 months after the last contact
erase-rule-closed = closed for 3 years
erase-rule-followed-up = a success, followed up for 60 months
erase-rule-taken-back = taken back by the person, to be erased

cmd-holder-export = Give a person all that is held about them
    .example =
        capactif holder export PP-7K3F2Q > PP-7K3F2Q.txt
        capactif holder export PP-7K3F2Q --json > PP-7K3F2Q.json

holder-export-title = What the network holds about you ({ $by }, { $when })
holder-export-projects = Projects
holder-export-referrals = Referrals
holder-export-held = All of this, but for the identity, is on the computers of: { $names }. The identity is read by the structures named with it alone. Readings noted on this computer: { $readings }.
reading-export = given to the person
