// What an archive consists of besides chunks, and the names in it.

import FileSystem

enum ArchiveLayout {
  static let manifest: BytePath = "manifest.json"
  static let notes: BytePath = "notes.json"
  static let readme: BytePath = "README.md"
  static let pack: BytePath = "git.pack"
  static let refs: BytePath = "git-refs"
  static let sums: BytePath = "SHA256SUMS"
  static let chunks: BytePath = "chunks"

  /// How to open it without this program.
  static func instructions(for manifest: Manifest) -> String {
    """
    # The checkpoint \(manifest.id)

    This is what the checkpoint recorded, without the history before its commit and without work in submodules, for tar, zstd, jq, git and PostgreSQL's programs. Unpack it and check it:

        tar --zstd -xf \(manifest.id)\(ArchivePlace.suffix) && cd \(manifest.id) && sha256sum --quiet -c SHA256SUMS

    manifest.json says what was recorded. chunks/ has the contents of databases and kept files; the name of each is its SHA-256.

    ## Databases and kept files

        stream() { # FIRST COUNT
          tail -n "+$1" list | head -n "$2" | while read -r id bytes _ rest; do
            case $rest in
            *@*) tail -c "+$((${rest##*@} + 1))" "chunks/$id" | head -c "$bytes" ;;
            *) cat "chunks/$id" ;;
            esac
          done
        }
        jq -r '.sources[] | [.type, .name, .document] | @tsv' manifest.json   # which sources there are
        cp "chunks/$(jq -r '.sources[] | select(.type == "postgresql") | .document' manifest.json)" document
        cp "chunks/$(jq -r .list document)" list
        jq -r '.streams[] | [.lines.first, .lines.count, .name] | @tsv' document   # which streams a source has

    A database's stream “archive” is what pg_dump -Fc writes, without rows; the others are tables, as COPY … TO STDOUT writes them:

        createdb again
        stream $(jq -r '.streams[] | select(.name == "archive") | .lines | "\\(.first) \\(.count)"' document) > archive
        pg_restore -d again --section=pre-data archive
        jq -r '
          (.streams | map(select(.name != "archive").lines)) as $l | .tables | to_entries[]
          | [$l[.key].first, $l[.key].count, .value.schema, .value.name, (.value.columns | map("\\"\\(.)\\"") | join(", "))]
          | @tsv' document |
        while IFS="$(printf '\\t')" read -r first count schema table columns; do
          stream "$first" "$count" | psql -d again -c "COPY \\"$schema\\".\\"$table\\" ($columns) FROM STDIN"
        done
        pg_restore -d again --section=data --section=post-data archive

    A kept file is the stream of its name in the source of the type “files”.

    ## Code and uncommitted work

    git.pack has the recorded commit and the working tree, without the history before it; git-refs says which object is what:

        git init again && git -C again unpack-objects < git.pack && cat git-refs
        git -C again ls-tree -r --name-only OBJECT:worktree
        git -C again cat-file blob OBJECT:worktree/PATH

    Work that was recorded in submodules is in their own repositories.

    """
  }
}
