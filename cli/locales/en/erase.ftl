# “erase”: for ever.

cmd-erase = Erase a record, what is sealed of it or an attachment, for ever, at every partner
    .example =
        capactif erase 3f9a12c4 --why asked
        capactif erase 3f9a12c4 --why asked --yes
        capactif erase PP-7K3F2Q --part identity --why asked
        capactif erase 3f9a12c4 --attachment facade.jpg --why mistake
        capactif erase status
arg-erase-record = Record to erase: the beginning of its identity
value-erase-record = RECORD
arg-erase-why = Reason: “mistake” (entered by mistake), “asked” (the person asked for it), “retention” (the time it may be kept is over)
value-erase-why = REASON
arg-erase-part = Erase only what is sealed of the record, which stays: “identity” (of a project holder) or “details” (what is sealed of any other record), or the number of a signed paper
value-erase-part = PART
arg-erase-attachment = Erase only this file attached to the record, which stays: its name, or the beginning of its hash; detached meanwhile or not
value-erase-attachment = NAME
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
erase-part-preview = Would be erased: { $part ->
    [identity] the sealed identity
    [details] what is sealed
   *[other] the sealed part “{ $part }”
    } of { $title } ({ $id }), { $entries ->
    [one] { $entries } entry
   *[other] { $entries } entries
    }, on { $nodes ->
    [one] { $nodes } computer
   *[other] { $nodes } computers
    }. The rest of the record stays.
erase-own-preview = Would be erased: your structure’s own copy of { $part ->
    [identity] the sealed identity
    [details] what is sealed
   *[other] the sealed part “{ $part }”
    } of { $title } ({ $id }), on { $nodes ->
    [one] { $nodes } computer
   *[other] { $nodes } computers
    }. The other structures that read it keep theirs; { $owner } may erase it everywhere.
erase-part-hint = An erasure is for ever, and nothing will be sealed there again: add --yes to erase. The root key is not needed.
erase-own-hint = An erasure is for ever: your structure will read it no more, and it will not be opened to it again. Add --yes to erase. The root key is not needed.
erase-part-done = Erased here: { $part ->
    [identity] the sealed identity
    [details] what is sealed
   *[other] the sealed part “{ $part }”
    } of { $id }. Other computers erase as soon as they hear of it; “capactif erase status” says which have.
erase-own-done = Erased on this computer: { $part ->
    [identity] the sealed identity
    [details] what is sealed
   *[other] the sealed part “{ $part }”
    } of { $id }. Your structure’s other computers erase as soon as they hear of it; those of others keep their copy.
erase-part-waits = Written: { $part ->
    [identity] the sealed identity
    [details] what is sealed
   *[other] the sealed part “{ $part }”
    } of { $id } will be erased as soon as your structure counts among the members.
erase-file-preview = Would be erased: the file “{ $name }” of { $title } ({ $id }), on { $nodes ->
    [one] { $nodes } computer
   *[other] { $nodes } computers
    }. The rest of the record stays.{ $elsewhere ->
    [0] { "" }
    [one] { " " }Another record names it as well, and keeps it.
   *[other] { " " }{ $elsewhere } other records name it as well, and keep it.
    }
erase-file-hint = { $root ->
    [open] An erasure is for ever: add --yes to erase.
    [locked] An erasure is for ever: add --yes to erase; the root key’s passphrase will be asked for.
    [unasked] The file would only be hidden everywhere. Add --yes to hide it.
   *[elsewhere] The root key is not on this computer: the file would be hidden everywhere, and its bytes deleted once the same command was given where that key is, or here with --root-file. Add --yes to erase.
    }
erase-file-done = Erased here: the file “{ $name }” of { $id }. Other computers erase as soon as they hear of it; “capactif erase status” says which have.
erase-file-hidden = Hidden everywhere: the file “{ $name }” of { $id }. Its bytes are deleted once the same command was given with the structure’s root key: on the computer that has it, or here with --root-file.
part-identity = identity
part-details = details
erase-status-nothing = Nothing was erased.
erase-status-head = { $id }  { $why }, by { $by }, { $when }
erase-status-part = { $id }  { $part ->
    [identity] the sealed identity
    [details] what is sealed
   *[other] the sealed part “{ $part }”
    }: { $why }, by { $by }, { $when }
erase-status-file = { $id }  the file “{ $name }”: { $why }, by { $by }, { $when }
erase-status-own = erased on the { $nodes ->
    [one] computer
   *[other] { $nodes } computers
    } of { $by }; the other structures keep their copy
erase-status-own-waiting = erased on { $done } of the { $nodes } computers of { $by } only; the other structures keep their copy
erase-status-unnamed = { $unnamed ->
    [one] an entry came
   *[other] { $unnamed } entries came
    } since, of who had not heard: what they seal is kept nowhere; to erase their keys as well, give the command again
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
