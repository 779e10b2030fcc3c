# Files people bring and take away: import, export, mappings.

arg-import-file = CSV, xlsx or JSON file: columns of Cap Actif, data·inclusion v1, HSDS 3.0, GeoJSON, CNIG sites économiques
arg-import-mapping = Which column is which field: a name kept by `capactif mapping save`, or a JSON file
arg-import-source = Where the rows come from: importing the same source again updates its records
arg-import-complete = The file holds all that its source has: your records that are no longer in it are marked to be checked, never deleted
arg-import-history = The rows tell the past of referrals that your structure sent (with --collection referral): their states and days
arg-import-dry-run = Write nothing: show the first rows as they would appear
arg-export-format = Among members, public and network fields: csv, jsonl, ics (meetings and trainings, without the people), automerge; for everybody, public fields only: geojson, data-inclusion, hsds (structures, support offers, services), cnig-site, cnig-terrain (premises and land), atom (opportunities, news)
arg-export-public = In csv or jsonl, public fields only, and opportunities on offer
arg-export-output = File to write (standard output by default)
arg-mapping-show-name = Name of the mapping
arg-mapping-save-name = Name: small letters without accents, digits, - and _
arg-mapping-save-file = JSON file: the form that `capactif mapping show` prints
arg-mapping-save-collection = Collection it is made for
arg-mapping-remove-name = Name of the mapping

cmd-import = Import the rows of a CSV, xlsx or JSON file
    .example =
        capactif import locaux.csv --collection opportunity --dry-run
        capactif import agencies.csv --collection opportunity --mapping agencies --source agency --complete
        capactif import structures.json --collection structure
        capactif import referrals-2024.csv --collection referral --history --dry-run
cmd-export = Export a collection to a file
    .example =
        capactif export --collection opportunity --format csv -o opportunities.csv
        capactif export --collection structure --format data-inclusion -o structures.json
cmd-mapping = What the columns of a file mean, kept for the next import
cmd-mapping-list = The mappings kept here
    .example = capactif mapping list
cmd-mapping-show = Show a mapping as a file gives it
    .example = capactif mapping show agencies
cmd-mapping-save = Keep a mapping under a name, once it is checked
    .example = capactif mapping save agencies agencies.json --collection opportunity
cmd-mapping-remove = Forget a mapping
    .example = capactif mapping remove agencies

detected-standard = standard
detected-version = version

mapping-list-empty = No mapping is kept here. capactif mapping save NAME FILE keeps one.
mapping-name = Name
mapping-collection = Collection
mapping-columns = Columns
mapping-source = Source
mapping-saved = The mapping “{ $name }” is kept: --mapping { $name }.
mapping-removed = The mapping “{ $name }” is forgotten.

import-unlisted = { $marked ->
        [0] Nothing new is missing from “{ $source }”
        [one] One record is no longer listed by “{ $source }”: it needs checking
       *[other] { $marked } records are no longer listed by “{ $source }”: they need checking
    }{ $already ->
        [0] .
        [one] {" "}(one was already).
       *[other] {" "}({ $already } were already).
    }
import-unlisted-would = Dry run: { $marked ->
        [0] nothing new is missing from “{ $source }”
        [one] one record is no longer listed by “{ $source }” and would need checking
       *[other] { $marked } records are no longer listed by “{ $source }” and would need checking
    }{ $already ->
        [0] .
        [one] {" "}(one was already).
       *[other] {" "}({ $already } were already).
    }
import-unlisted-skipped = Nothing is marked as missing from “{ $source }”: rows could not be read, and what is missing may stand there. Correct them, then try again.
