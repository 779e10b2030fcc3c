# Faults that the command line itself finds. `.hint` says what to do next.

error-prefix = Error:

error-unexpected = { $reason }.
    .hint = Run the command again with -vv to learn more.
error-too-many-files = Too many files are open: { $reason }.
    .hint = Close other programs or raise the limit (ulimit -n), then try again.
error-home-unknown = This platform names no folder for data.
    .hint = Give one with --home FOLDER.
error-node-unreachable = The running node does not answer at { $address }: { $reason }.
    .hint = If it has just stopped, run the command again; else restart it with capactif run.
error-token-unreadable = The running node’s token, “{ $path }”, cannot be read: { $reason }.
    .hint = Run the command as the account that runs the node.
error-file-unreadable = The file “{ $path }” cannot be read: { $reason }.
    .hint = Check that you are allowed to read it.
error-file-unwritable = The file “{ $path }” cannot be written: { $reason }.
    .hint = Choose a folder that you may write in.
error-stdin-unreadable = Standard input is not readable text: { $reason }.
    .hint = Give text in UTF-8.
error-stdin-too-long = The text on standard input is longer than { $limit } bytes.
    .hint = Shorten it.
error-mapping-unreadable = The mapping “{ $path }” cannot be read: { $reason }.
    .hint = Expected, in JSON: {"{"}"columns": {"{"}"Column name": "field"{"}"}, "defaults": {"{"}"field": "value"{"}"}{"}"}.
error-import-nothing-taken = No row of “{ $path }” could be taken in; nothing was written.
    .hint = Correct the rows named above, and try --dry-run first.
error-nothing-to-change = No field is given.
    .hint = Give at least one field to change, such as --status published.
error-binary-to-terminal = This export is not text.
    .hint = Name a file with -o FILE.
error-doctor-found-problems = { $count ->
        [one] One problem was found.
       *[other] { $count } problems were found.
    }
    .hint = Run capactif doctor --rebuild if the view is at fault; for a journal, do as said above.

usage-value-missing = The option “{ $argument }” needs a value.
usage-value-invalid = The value “{ $value }” does not fit “{ $argument }”.
usage-argument-unknown = There is no option or argument “{ $argument }” here.
usage-command-unknown = There is no command “{ $command }”.
usage-arguments-conflict = “{ $argument }” does not go with “{ $other }”.
usage-argument-missing = Missing: { $argument }
usage-command-missing = A command is missing.
usage-value-count = The number of values of “{ $argument }” does not fit.
usage-unreadable = The command line cannot be read: is it UTF-8?
usage-did-you-mean = Did you mean “{ $suggestion }”?
usage-valid-values = Possible values: { $values }
usage-see-help = To learn more, add --help.

at-line-and-column = line { $line }, column { $column }:
at-line = line { $line }:
and-others = { $count ->
        [one] and one more
       *[other] and { $count } more
    }
error-bad-listen-address = “{ $address }” is not an address to listen on: { $reason }.
    .hint = Give an address and a port, such as [::]:7630 or 127.0.0.1:7630.
