// Programs whose short options take a secret, as their manuals describe them, and programs whose `-p` means something else.

struct Program {
  let options: [UInt8: CommandOptions.Kind]
  /// Whether it has no other such options than those in the table.
  let isKnown: Bool
  /// Whether it runs other programs in containers, where `-u` is a user and its group.
  let isContainer: Bool

  private init(_ options: [UInt8: CommandOptions.Kind], isKnown: Bool = true, isContainer: Bool = false) {
    (self.options, self.isKnown, self.isContainer) = (options, isKnown, isContainer)
  }

  static let unknown = Program([:], isKnown: false)
  static let unknownInContainer = Program([:], isKnown: false, isContainer: true)
  static let login = Program(secrets("p"))

  func kind(of letter: UInt8) -> CommandOptions.Kind? {
    if isKnown { return options[letter] }
    switch letter {
    case UInt8(ascii: "p"): return .secret(isCertain: false)
    case UInt8(ascii: "u"): return isContainer ? nil : .pair(separator: UInt8(ascii: ":"), isCertain: false)
    default: return nil
    }
  }

  private static func secrets(_ letters: String) -> [UInt8: CommandOptions.Kind] {
    Dictionary(uniqueKeysWithValues: letters.utf8.map { ($0, .secret(isCertain: true)) })
  }

  private static func pairs(_ letters: String, _ separator: Character = ":") -> [UInt8: CommandOptions.Kind] {
    let separator = separator.asciiValue ?? 0
    return Dictionary(
      uniqueKeysWithValues: letters.utf8.map { ($0, .pair(separator: separator, isCertain: true)) })
  }

  static let known: [String: Program] = {
    var programs: [String: Program] = [:]
    func add(_ names: String, _ program: Program) {
      for name in names.split(separator: " ") { programs[String(name)] = program }
    }
    add(
      """
      mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlpump mysqlbinlog mysqlslap mysqlsh mycli mydumper \
      myloader mariadb mariadb-dump mariadb-admin mariadb-import mariadb-check sshpass mongo mongosh mongodump mongorestore \
      mongoimport mongoexport mongostat mongotop cqlsh cypher-shell 7z 7za 7zr rar unrar ipmitool nxc crackmapexec
      """, Program(secrets("p")))
    add("redis-cli valkey-cli redis-benchmark keydb-cli", Program(secrets("a")))
    add("ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldappasswd ldapcompare", Program(secrets("w")))
    add(
      "mosquitto_pub mosquitto_sub mosquitto_rr zip unzip sqlcmd bcp osql isql tsql ipmipower",
      Program(secrets("P")))
    add("openssl", Program(secrets("kK")))
    add("curl", Program(pairs("uU")))
    add("ab", Program(pairs("AP")))
    add("http https httpie xh", Program(pairs("a")))
    add("smbclient rpcclient smbmap net", Program(pairs("U", "%")))
    add("lftp", Program(pairs("u", ",")))
    add("docker podman nerdctl buildah", Program([:], isKnown: false, isContainer: true))
    add("compose docker-compose podman-compose", Program([:], isContainer: true))
    add(
      """
      mkdir cp mv install tar bsdtar rsync scp ps pgrep pidof kill lsof ss netstat strace gdb perf git patch diff make ninja \
      cmake gcc cc clang ld go cargo rustc swift tsc eslint jest vitest mocha pytest playwright mvn gradle ant xargs find grep \
      rg sed awk read declare sort nmap ls nc ncat terraform type less systemctl journalctl loginctl psql pg_dump pg_restore \
      pg_dumpall createdb dropdb pg_ctl postgres pgbench vacuumdb pg_isready rmdir ssh-keyscan date
      """, Program([:]))
    return programs
  }()
}
