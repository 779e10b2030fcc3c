# “transfer”: passing a record to another structure.

cmd-transfer = Offer a record of one’s structure to another, whose it is as soon as that one accepts
    .example =
        capactif transfer 3f9a12c4 --to "CCI du Puy-de-Dôme"
        capactif transfer accept 3f9a12c4
        capactif transfer list
arg-transfer-record = Record to pass on: the beginning of its identity
value-transfer-record = RECORD
arg-transfer-to = Structure to offer it to: its name, or the beginning of its identity
value-transfer-to = STRUCTURE
cmd-transfer-accept = Accept a record that is offered to one’s structure
    .example = capactif transfer accept 3f9a12c4
arg-transfer-accept-record = Record that is offered: the beginning of its identity
value-transfer-accept-record = RECORD
cmd-transfer-withdraw = Take back an offer that nobody accepted yet
    .example = capactif transfer withdraw 3f9a12c4
arg-transfer-withdraw-record = Record that is offered: the beginning of its identity
value-transfer-withdraw-record = RECORD
arg-transfer-withdraw-to = Only one of the structures it is offered to: its name, or the beginning of its identity
value-transfer-withdraw-to = STRUCTURE
cmd-transfer-list = Show records that are offered and that nobody accepted yet
    .example = capactif transfer list

transfer-offered = Offered to { $to }: { $title } ({ $id }).{ $parts ->
    [0] { "" }
   *[other] { " " }What is sealed of it is open to them.
    }
transfer-offered-hint = It stays your structure’s until { $to } accepts.
transfer-accepted = Yours from now on: { $title } ({ $id }), from { $from }.
transfer-accepted-waits = Accepted: { $title } ({ $id }), from { $from }. It is yours once what the offer names has come.
transfer-withdrawn = No longer offered to { $to }: { $title } ({ $id }).
transfer-withdrawn-hint = Whoever accepted before hearing of it keeps it. What is sealed of it and was open to them stays so.
transfer-list-nothing = Nothing is offered.
transfer-list-row = { $id }  { $title }, from { $from } to { $to }, { $when }
transfer-list-hint = To accept: capactif transfer accept IDENTITY
entry-transfer = taken over
