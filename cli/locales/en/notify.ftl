# What the desktop shows that is new, while the node runs.

arg-run-notify = Show on the desktop how much newly arrives, without any name
run-notify = News are shown on this desktop, { $minutes ->
    [0] as they come
    [one] once a minute at most
   *[other] once in { $minutes } minutes at most
    }.
run-notify-nowhere = No desktop shows news here ({ $reason }). They wait in capactif todo.
notify-summary = Cap Actif: { $count ->
    [one] one piece of news
   *[other] { $count } pieces of news
    }
notify-answered = Answers to your referrals ({ $count })
notify-matches = New matches ({ $count })
notify-see = To see: { $commands }
