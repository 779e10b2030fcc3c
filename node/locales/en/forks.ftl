# Journals of which the author wrote two continuations.

error-fork-proven = Node { $author } wrote two continuations of its journal after entry { $after }, and signed both. The proof is kept here; a version of the charter can say which one counts. The other journals go on being exchanged.
error-branch-put-aside = The charter chose another continuation of the journal of node { $author }: what was here from entry { $first } to entry { $last } is kept aside and no longer counts.
error-branch-decides-itself = The charter chose another continuation of the journal of node { $author }, but that vote rests on the one that is here: it is kept. One more vote is needed.
