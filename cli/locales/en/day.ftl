# A technician's day: what waits, and what people who settle ask for.

cmd-todo = Show what is to be done today, the shortest list first
    .example =
        capactif todo
        capactif todo --all
arg-todo-all = All lines, not the first five of each list only
value-todo-state = STATE
todo-nothing = Nothing waits: no answer, no record to verify, no decision.
todo-more = … and { $count ->
    [one] one more
   *[other] { $count } more
    }: capactif todo --all
todo-group-answers = Referrals to answer ({ $count })
todo-group-information = More information asked for ({ $count })
todo-group-awaited = Answers that are late ({ $count })
todo-group-portal = Projects from the portal that nobody follows up yet ({ $count })
todo-group-verify = Opportunities to verify ({ $count })
todo-group-services = Services to verify ({ $count })
todo-group-conflicts = Records with values to choose from ({ $count })
todo-group-duplicates = Possible duplicates ({ $count })
todo-group-durability = Durability checks due ({ $count })
todo-group-decisions = Decisions due ({ $count })
todo-group-erasures = Records kept too long ({ $count })
todo-group-refused = Entries not applied ({ $count })
todo-group-votes = Charter: your vote is wanted
todo-answers = { $title }: { $theme }, from { $name }, { $since }{ $late ->
    [overdue] , overdue
    [unanswered] , unanswered for more than 45 days
   *[no] {""}
    }{ $urgency ->
    [high] , urgent
   *[normal] {""}
    }
todo-information = { $title }: { $theme }, { $name } asks for more
todo-awaited = { $title }: { $theme }, { $name } has not answered since { $since }{ $late ->
    [unanswered] , more than 45 days
   *[overdue] {""}
    }
todo-portal = { $title }: { $theme }, { $known ->
    [yes] { $name } has not answered since { $since }
   *[no] nobody is named for this need
    }
todo-verify = { $title }{ $known ->
    [yes] , verified on { $since }
   *[no] , never verified
    }
todo-services = { $title }{ $known ->
    [yes] , verified on { $since }
   *[no] , never verified
    }
todo-conflicts = { $collection } { $title }: { $fields }
todo-duplicates = { $collection } { $title } and { $name }: one thing? If not, “reject” (looked for on { $since })
todo-durability = { $title }, started on { $since }: { $month } months
todo-decisions = { $title }, due { $since }
todo-erasures = { $collection } { $title }: { $rule }, since { $since }

cmd-project-checklist = Go through what a household that settles asks for
    .example =
        capactif project checklist e4ee2d1b
        capactif project checklist e4ee2d1b --need education,housing
arg-project-checklist-id = Project: the beginning of its identity, or its pseudonym
value-project-checklist-id = PROJECT
arg-project-checklist-need = Note the need of these themes, separated by commas
value-project-checklist-need = THEMES
checklist-theme = Asked for
checklist-need = Need
checklist-near = Near
checklist-nearest = Nearest
checklist-answer = { $title } ({ $commune }, { $km } km)
checklist-hint = Counted within { $km } km. To note a need: capactif project checklist { $id } --need THEME
checklist-added = { $count ->
    [one] One need noted.
   *[other] { $count } needs noted.
    }
checklist-nowhere = This project does not say where: capactif project set { $id } --target-zones COMMUNE

arg-referral-send-id = Draft of a referral to send; without it a new one is made
value-referral-send-id = REFERRAL
arg-referral-send-urgency = Urgency: normal, high
value-referral-send-urgency = URGENCY

cmd-digest = Show the mail of the day: how much waits, without any name; or send it
    .example =
        capactif digest
        capactif digest --send
arg-digest-send = Send it to the addresses of “digest” in config.json
digest-subject = Cap Actif, { $day }: { $count ->
    [0] nothing waits
    [one] one thing to do
   *[other] { $count } things to do
    }
digest-intro = On { $day }, { $count ->
    [0] nothing waits for your structure.
    [one] one thing waits for your structure:
   *[other] { $count } things wait for your structure:
    }
digest-end = To see them, on the structure’s computer: capactif todo
digest-sent = { $count ->
    [one] Mail sent to one address.
   *[other] Mail sent to { $count } addresses.
    }
error-no-digest-server = No mail server is set.
    .hint = Add “digest” to config.json: server, sender, addresses, time (see the guide).
error-digest-not-sent = The mail did not leave through { $server }: { $reason }
    .hint = Check server, protection and password in config.json, then again: capactif digest --send
