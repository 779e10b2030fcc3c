# Holders and attachments: commands, arguments, what is shown.

cmd-holder-add =
    .example = capactif holder add --name "Jeanne Dupré" --phone "06 12 34 56 78" --residence epci:200070761 --share cci-thiers,adie
cmd-holder-edit = Correct a holder’s identity, for all who read it
    .example = capactif holder edit PP-7K3F2Q --phone "07 11 22 33 44"
cmd-holder-share = Let further structures read who a holder is
    .example = capactif holder share PP-7K3F2Q adie
cmd-holder-unshare = Seal the identity anew, without that structure
    .example = capactif holder unshare PP-7K3F2Q adie
cmd-holder-search = Look for a name or number among the identities that your structure may read
    .example = capactif holder search Dupré
cmd-holder-log = Say who was looked at on this node, and when
    .example = capactif holder log PP-7K3F2Q
cmd-grant = Let further structures read what is sealed of a record
    .example = capactif grant 3f9a12c4 adie
cmd-revoke = Seal anew what is sealed of a record, without that structure
    .example = capactif revoke 3f9a12c4 adie
cmd-readings = Say what was looked at of what is sealed on this node, and when
    .example = capactif readings
cmd-opportunity-attach = Attach photographs or documents
    .example = capactif opportunity attach 3f9a12c4 front.jpg lease.pdf
cmd-opportunity-attachments = List what is attached
    .example = capactif opportunity attachments 3f9a12c4
cmd-opportunity-detach = Take attachments off
    .example = capactif opportunity detach 3f9a12c4 lease.pdf
cmd-opportunity-save = Save attachments into a folder
    .example = capactif opportunity save 3f9a12c4 --into photographs

arg-share = Structures that may read what is sealed besides those it concerns, with the person’s consent
value-share = STRUCTURE,…
arg-sealed-field = { $text }; sealed
arg-sealed = Search among what is sealed and your structure may read
arg-record = Record: the beginning of its identity, or its name
value-record = RECORD
arg-revoke-structure = Structure, by its name or part of it
value-revoke-structure = STRUCTURE
arg-readings-record = Record; all without it
arg-referral-send-reason = Reason in words; sealed to the structures of the referral
arg-referral-reopen-reason = Why it is reopened, in words; sealed to the structures of the referral
arg-referral-reroute-reason = Reason in words; sealed to the structures of the referral
value-referral-send-reason = TEXT
value-referral-reroute-reason = TEXT
arg-structures = Structures, by their name or part of it
value-structures = STRUCTURE
arg-holder-unshare-structure = Structure, by its name or part of it
value-holder-unshare-structure = STRUCTURE
arg-holder-search-text = Name, part of a name, address or number
value-holder-search-text = TEXT
arg-holder-log-id = Holder; all without it
arg-files = Photographs and documents, of 16 MB each at most
value-files = FILE
arg-names = Names of attachments, or the beginning of their hash
value-names = NAME
arg-into = Folder; without it, the one you are in
value-into = FOLDER

holder-added = { $pseudonym } is kept ({ $id }). The identity is sealed to: { $readers }.
holder-edited = The identity of { $id } is corrected, for all who read it.
holder-unchanged = Nothing changed.
holder-shared = The identity of { $id } can be read by: { $readers }.
holder-unshared = The identity of { $id } is sealed anew, to: { $readers }. What was read stays known.
sealed-erased = { $part ->
    [identity] The sealed identity of this record was erased: “capactif erase status” says by whom and when.
   *[other] What was sealed of this record was erased: “capactif erase status” says by whom and when.
    }
holder-without-identity = No identity is sealed for this record.
holder-identity = Identity, sealed to: { $readers }. This reading is logged.
holder-sealed-by = According to { $name }, { $when }:
holder-export-others = Needs, activities, opinions and checks
holder-found = { $count ->
        [0] Nobody, among
        [one] One person, among
       *[other] { $count } people, among
    } { $searched ->
        [one] { $searched } identity that your structure may read.
       *[other] { $searched } identities that your structure may read.
    }
holder-never-read = No identity was looked at on this node.
sealed-to = What is sealed of this record is read by: { $readers }.
sealed-granted = What is sealed of { $id } can be read by: { $readers }.
sealed-revoked = What is sealed of { $id } is sealed anew, to: { $readers }. What was read stays known.
sealed-title = Sealed, read by: { $readers }. This reading is logged.
sealed-in-conflict = Two structures wrote different things: say which hold with “capactif { $command }”.
sealed-found = { $count ->
        [0] No record, among
        [one] One record, among
       *[other] { $count } records, among
    } { $searched ->
        [one] { $searched } whose sealed part your structure may read.
       *[other] { $searched } whose sealed parts your structure may read.
    }
sealed-never-read = Nothing that is sealed was looked at on this node.
reading-of = Record
reading-at = When
reading-purpose = To
reading-show = look at it
reading-edit = correct it
reading-search = found by a search

attachments-added = { $count ->
        [one] One file attached to { $id }: { $names }.
       *[other] { $count } files attached to { $id }: { $names }.
    }
attachments-removed = { $count ->
        [one] One file taken off { $id }: { $names }.
       *[other] { $count } files taken off { $id }: { $names }.
    }
attachments-none = Nothing is attached.
attachment-name = Name
attachment-size = Size
attachment-media = Kind
attachment-place = Here
attachment-held = yes
attachment-awaited = awaited

status-blobs-waiting = { $count ->
        [one] One file awaited (sealed part or attachment).
       *[other] { $count } files awaited (sealed parts, attachments).
    }
status-blobs-ungiven = { $count ->
        [one] One file is on this node alone as yet.
       *[other] { $count } files are on this node alone as yet.
    }
