# A structure’s keys, the recovery sheet, passphrases.

cmd-key = Your structure’s keys: protect, replace, revoke
cmd-key-show = Show the keys, where they are, and the nodes that speak for the structure
    .example = capactif key show
cmd-key-passphrase = Put the structure’s key under a passphrase
    .example = capactif key passphrase
cmd-key-sheet = Write a recovery sheet to print (an .html page, or text)
    .example = capactif key sheet recovery-sheet.html
cmd-key-recover = Replace a lost or stolen key, with the recovery sheet
    .example = capactif key recover
cmd-key-rotate-root = Replace the structure’s key by a new one
    .example = capactif key rotate-root
cmd-key-rotate-sealing = Replace the key that partners seal to
    .example = capactif key rotate-sealing
cmd-key-revoke = Revoke a node of the structure: stolen, lost, sold
    .example = capactif key revoke 3f9a12c4
cmd-key-admit = Admit the structure’s new computers that wait for its key
    .example = capactif key admit

arg-root-file = File of the structure’s key, if it is not in the node’s folder (on a stick)
arg-passphrase-file = File whose first line is the passphrase (or variable CAPACTIF_PASSPHRASE)
arg-new-passphrase-file = File whose first line is the new passphrase (or variable CAPACTIF_NEW_PASSPHRASE)
arg-code-file = File that holds the recovery key; without it, it is asked for
arg-key-passphrase-remove = Take the passphrase off
arg-key-sheet-file = Sheet to write, never over another file; delete it once it is printed
arg-key-revoke-node = Node to revoke, or the beginning of its identity
arg-key-revoke-last = Its last entry that counts; by default, all that this node received of it
value-root-file = FILE
value-passphrase-file = FILE
value-new-passphrase-file = FILE
value-code-file = FILE
value-last = NUMBER

key-title = Keys of { $structure } ({ $id })
key-root-open = Structure’s key: { $key }, without a passphrase, in { $path }
key-root-locked = Structure’s key: { $key }, under a passphrase, in { $path }
key-root-elsewhere = Structure’s key: { $key }, not on this node
key-root-other = Structure’s key: { $key }, not on this node; { $path } holds another key, which does not count, or not any more
key-recovery = Recovery key: { $key }, on paper
key-no-recovery = Recovery key: none. If the structure’s key is lost, nothing will replace it: capactif key sheet FILE
key-sealing = Sealing key: generation { $generation }, on this node
key-sealing-not-held = Sealing key: generation { $generation }, not received by this node yet
key-no-sealing = Sealing key: none yet
key-node = Node
key-node-entries = Entries
key-node-state = State
key-node-me = this node
key-node-votes = votes
key-node-revoked = revoked after entry { $seq }
key-node-uncertified = not certified yet
key-stopped = The structure’s key is in two hands: two statements have the same number. The recovery sheet decides: capactif key recover
key-uncertain = This node was restored or mended: it says nothing in the structure’s name before a “capactif sync” that succeeds.
key-sealing-due = A node was revoked since: it can read what is still being sealed. To do: capactif key rotate-sealing
key-ask-passphrase = Passphrase of { $path }:
key-ask-again = Once more, for { $path }:
key-ask-recovery = Copy the recovery key from the sheet, 16 groups of four, then Enter:
key-passphrase-set = The structure’s key is under the passphrase. The “key” commands will ask for it; the node runs without it.
key-passphrase-removed = The passphrase is off: whoever reads the file has the key.
key-rotated = The key { $key } is your structure’s now; the old one signs nothing any more.
key-unprotected = It has no passphrase: capactif key passphrase
key-left-out = Node { $node } had not been certified: it speaks for the structure no more. If it is yours, invite it again: capactif network invite --device
key-rotated-next = Partners will learn of it at the next synchronisation: capactif sync
key-sealing-rotated = The sealing key is of generation { $generation }; your nodes receive it at the next synchronisation. What was sealed stays readable.
key-revoked = Node { $node } is revoked: what it writes beyond entry { $seq } does not count. New sealing key: generation { $generation }.
key-revoked-next = Partners will learn of it at the next synchronisation: capactif sync
key-nobody-waits = Nobody waits. On the new computer, first run “capactif network join” with the ticket.
key-admitted = The computer { $node } is admitted. Run “capactif network join” there again, with the same ticket.
key-sheet-written = The recovery sheet { $key } is in { $file }. Any sheet before it is void.
key-sheet-next = Print it twice, keep the two in different places, then delete the file.

sheet-title = Recovery sheet of { $structure }
sheet-what = This key replaces the key of { $structure } in the network “{ $network }” if that one is lost or stolen. Whoever reads it can speak in the structure’s name: keep this sheet like a cheque book, locked away, in two copies and two places.
sheet-reading = Sixteen groups of four, letters and the digits 2 to 7: there is no 0, 1, 8 or 9. Capitals and spaces do not matter; a mistake in copying is noticed.
sheet-when = When to use it: the computer that held the key is stolen, broken or lost, the passphrase is forgotten, or somebody else uses the key.
sheet-how = How: on another node of the structure, type “capactif key recover”, copy the sixteen groups, then “capactif sync”. After that “capactif key revoke NODE” for each computer that is lost, and “capactif key sheet” for a new sheet: this one will have been typed in.
sheet-keep = Made on { $date }. A later sheet makes this one void: destroy it then.
sheet-identities = Recovery key { $key }
    Structure { $structure_id }
    Network { $network_id }

error-passphrase-needed = The passphrase of { $path } is needed, and nobody is at the terminal.
    .hint = Give it by --passphrase-file (or --new-passphrase-file), or by the variable { $variable }.
error-passphrases-differ = What was typed twice differs; nothing was changed.
    .hint = Try again.
error-passphrase-exposed = The file { $path } can be read by other users of this machine.
    .hint = Run “chmod 600” on it, and change the passphrase if others use the machine.
error-passphrase-unreadable = The file { $path } is not one line of text.
    .hint = Put the passphrase alone on the first line.

network-invited-device-locked = The structure’s key is under a passphrase: when the new computer has asked (capactif network join), run “capactif key admit” here, then try again there.
