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
cmd-opportunity-attach = Attach photographs or documents
    .example = capactif opportunity attach 3f9a12c4 front.jpg lease.pdf
cmd-opportunity-attachments = List what is attached
    .example = capactif opportunity attachments 3f9a12c4
cmd-opportunity-detach = Take attachments off
    .example = capactif opportunity detach 3f9a12c4 lease.pdf
cmd-opportunity-save = Save attachments into a folder
    .example = capactif opportunity save 3f9a12c4 --into photographs

arg-holder-add-name = First and last name; sealed
arg-holder-add-phone = Telephone; sealed
arg-holder-add-email = E-mail; sealed
arg-holder-add-address = Address; sealed
arg-holder-add-notes = Household, preference of contact; sealed. No health data, nobody else named
arg-share = Structures that may read the identity besides your own, with the person’s consent
value-share = STRUCTURE,…
arg-holder-edit-name = First and last name
arg-holder-edit-phone = Telephone
arg-holder-edit-email = E-mail
arg-holder-edit-address = Address
arg-holder-edit-notes = Household, preference of contact
value-holder-edit-name = TEXT
value-holder-add-name = TEXT
value-phone = NUMBER
value-holder-edit-address = TEXT
value-holder-add-address = TEXT
value-notes = TEXT
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
holder-without-identity = No identity is sealed for this record.
holder-identity = Identity, sealed to: { $readers }. This reading is logged.
holder-sealed-by = According to { $name }, { $when }:
holder-in-conflict = Two structures wrote different things: say which hold with “capactif holder edit”.
holder-found = { $count ->
        [0] Nobody, among
        [one] One person, among
       *[other] { $count } people, among
    } { $searched ->
        [one] { $searched } identity that your structure may read.
       *[other] { $searched } identities that your structure may read.
    }
holder-never-read = No identity was looked at on this node.
identity-pseudonym = Pseudonym
identity-name = Name
identity-phone = Telephone
identity-email = E-mail
identity-address = Address
identity-notes = Notes
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
