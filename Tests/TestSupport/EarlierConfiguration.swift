// A project's configuration as it was written before there was a table of settings, with every key that the pages knew then, and
// the consent that `checkpoint trust` recorded of it then. Both have to go on working.

package enum EarlierConfiguration {
  package static let committed = """
    [checkpoint]
    \tinclude = config/local.yml
    \tinclude = secrets/*.pem
    \texclude = *.log
    \tincludeLarge = assets/*.psd
    \tuntrackedFileLimit = 60m
    \tuntrackedLimit = 1g
    \tparanoid = true
    \trecurseSubmodules = true
    \trto = 5m
    \treleaseTag = v*
    \treleaseTag = release-*
    \twarm = 2
    \twarmSizeLimit = 10g
    \twarmCopyLimit = 2g
    \twarmFreeSpace = 6g
    \tbackground = false
    \tjobs = 3
    \tlockTimeout = 20
    \tconnectTimeout = 15
    [services]
    \tstop = docker compose stop web
    \tbuild = npm ci && npm run build
    \tstart = docker compose start web
    \tsmoke = curl -fsS http://localhost:3000/health
    \ttimeout = 200
    \tsmokeTimeout = 60
    \tstopTimeout = 20
    \tbuildTimeout = 400
    \tstartTimeout = 30
    [state]
    \tcommand = docker compose ps
    \ttimeout = 5
    [hooks]
    \tbranch = main
    \tbranch = release/*
    \treleaseBranch = production
    \treleaseMessage = "ship it"
    \twait = false
    \tquiet = true
    \tfailure = warn
    \ttimeout = 3
    [hooks "pre-push"]
    \twait = true
    \tfailure = block
    \ttimeout = 4
    \tquiet = false
    [notify]
    \tcommand = notify-send failed
    \ttimeout = 7
    [tests]
    \tcommand = npm test
    \ttimeout = 15m
    \tjunit = build/reports/*.xml
    \trunner = jest
    \trunner = JUnit XML
    [component "api"]
    \tpath = services/api
    \tpath = libs/api
    [database "main"]
    \tenv = SHOP_URL
    \tclientPrefix = docker exec -i db
    [database "billing"]
    \turl = postgresql://app:secret@db.invalid/billing
    \tschema = invoices
    \texcludeTable = drafts
    \texcludeTableData = log
    [database "staging"]
    \turl = postgresql://app@staging.invalid/shop
    \trecord = false
    \tclientPrefix = "docker exec -i staging"
    [database "off"]
    \turl = none

    """

  /// A file that git has.
  package static let variables = """
    SHOP_URL=postgresql://app@db.invalid/shop
    DATABASE_URL=postgresql://app@db.invalid/other

    """

  /// Settings in git's own configuration.
  package static let personal = [
    ("checkpoint.hooks.off", "false"), ("checkpoint.publicTags", "true"), ("checkpoint.push", "true"),
    ("checkpoint.store", "backups"),
  ]

  /// What `checkpoint trust` wrote into `.git/checkpoint-trusted`.
  package static let consent = "f28ae86f5aab51871d6b5a6b6d7a1aed74045995cc892a81d69cc9598f90ddee\n"
}
