# The baseline: jobs and farms of the territory, which the report compares with.

cmd-baseline = Keep the baseline of the territory: jobs, farms
cmd-baseline-show = Show the baseline, and the communities of communes that it lacks
    .example = capactif baseline show
cmd-baseline-load = Take a baseline in place of the one before, if it is understood whole
    .example = capactif baseline load baseline.csv
cmd-baseline-form = Write the table to a file to fill in, one line a community of communes that it lacks
    .example = capactif baseline form baseline.csv
arg-baseline-load-file = File: epci;year;jobs;active_farms;source, one line a community of communes and year
arg-baseline-form-file = File to write; there must be none yet

baseline-year = Year
baseline-jobs = Jobs
baseline-farms = Farms
baseline-source = Source
baseline-none = No baseline: nothing is compared.
baseline-none-hint = To fill one in: capactif baseline form FILE, then capactif baseline load FILE
baseline-missing = { $count ->
        [one] Without figures: { $names }.
       *[other] Without figures ({ $count }): { $names }.
    }
baseline-form-note = To fill in: jobs at the place of work (INSEE), active farms (Agreste), their year and source. An empty cell stands for “not known”.
baseline-form-written = Table to fill in: { $path }. Then: capactif baseline load { $path }
