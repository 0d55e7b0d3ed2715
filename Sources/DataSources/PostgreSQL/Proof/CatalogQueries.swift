// The queries of `CatalogPicture`: for each kind of object its identity and what can differ. What a server's version does not
// have is left out.

import Postgres

struct CatalogQueries {
  private let major: Int
  private let scope: Scope

  /// What of a database is looked at.
  struct Scope: Sendable {
    /// Only these; none for all of them.
    var schemas: [String] = []
    /// The numbers of tables, views and sequences that are left out.
    var excluded: [String] = []
  }

  init(_ serverMajor: Int, _ scope: Scope) { (major, self.scope) = (serverMajor, scope) }

  var sql: String {
    var parts = [
      Self.schemaRows, relations, columns, Self.constraints, indexes, Self.triggers, Self.rules,
      Self.policies,
      Self.functions, Self.aggregates, types, Self.operators, Self.operatorClasses, Self.operatorFamilies,
      Self.textSearch, collations, Self.conversions, sequences, statistics,
    ]
    // What stands in no schema belongs to the database as a whole.
    if scope.schemas.isEmpty {
      parts += [
        Self.extensions, Self.casts, Self.eventTriggers, publications, Self.foreignData, Self.languages,
        Self.defaultPrivileges, Self.comments, Amendment.pictured,
      ]
    }
    // Materialized: otherwise the condition on identities is asked of every row of each catalog before the one on schemas, and
    // names thousands of the server's own functions (four fifths of the time).
    return """
      WITH \(common), x (kind, identity, said) AS MATERIALIZED (
      \(parts.joined(separator: "\nUNION ALL\n"))
      ) SELECT line, said FROM (SELECT kind || ' ' || identity, said FROM x WHERE identity IS NOT NULL) y (line, said)
      ORDER BY line COLLATE "C", said COLLATE "C"
      """
  }

  /// The schemas, and what belongs to extensions.
  private var common: String {
    let chosen =
      scope.schemas.isEmpty
      ? "" : " AND nspname IN (\(scope.schemas.map(\.asLiteral).joined(separator: ", ")))"
    let excluded = scope.excluded.map(\.asLiteral).joined(separator: ", ")
    // Sequences of an excluded table's columns go with it.
    let others =
      scope.excluded.isEmpty
      ? ""
      : """
       AND c.oid NOT IN (\(excluded)) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
        AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND c.relkind = 'S'
        AND d.refobjid IN (\(excluded)))
      """
    return """
      n AS MATERIALIZED (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'\(chosen)),
      member AS MATERIALIZED (SELECT classid, objid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass),
      c AS MATERIALIZED (SELECT c.* FROM pg_class c JOIN n ON n.oid = c.relnamespace WHERE c.oid NOT IN (
        SELECT objid FROM member WHERE classid = 'pg_class'::regclass)\(others))
      """
  }

  /// Privileges as a set; `kind` as `acldefault` has it.
  private static func privileges(_ acl: String, _ kind: String, _ owner: String) -> String {
    """
    'owner ' || pg_get_userbyid(\(owner)) || ' privileges ' || coalesce((SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C")
      FROM unnest(coalesce(\(acl), acldefault(\(kind), \(owner)))) a), '-')
    """
  }

  private static func without(_ classid: String, _ oid: String) -> String {
    "\(oid) NOT IN (SELECT objid FROM member WHERE classid = '\(classid)'::regclass)"
  }

  private static let schemaRows = """
    SELECT 'schema', quote_ident(s.nspname), \(privileges("nspacl", "'n'", "nspowner")) FROM pg_namespace s JOIN n USING (oid)
    WHERE \(without("pg_namespace", "s.oid"))
    """

  private var relations: String {
    """
    SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
        WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' ELSE 'composite type' END, c.oid::regclass::text,
      concat_ws(' ', relpersistence, \(Self.privileges("relacl", "CASE relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END", "relowner")),
        'options ' || nullif(array_to_string(ARRAY(SELECT unnest(reloptions) ORDER BY 1), ','), ''),
        'toast ' || (SELECT array_to_string(ARRAY(SELECT unnest(t.reloptions) ORDER BY 1), ',') FROM pg_class t
          WHERE t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL),
        (SELECT amname FROM pg_am WHERE pg_am.oid = relam), (SELECT 'in ' || spcname FROM pg_tablespace s WHERE s.oid = reltablespace),
        'identity ' || relreplident::text, CASE WHEN relrowsecurity THEN 'row security' END, CASE WHEN relforcerowsecurity THEN 'forced' END,
        CASE WHEN reloftype <> 0 THEN 'of ' || reloftype::regtype END,
        'inherits ' || (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid),
        pg_get_expr(relpartbound, c.oid), CASE relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,
        CASE WHEN relkind = 'm' THEN CASE WHEN relispopulated THEN 'filled' ELSE 'not filled' END END,
        CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
        (SELECT 'server ' || quote_ident(srvname) || ' ' || coalesce(\(Self.digest("ftoptions")), '') FROM pg_foreign_table f
          JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid))
    FROM c WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
    """
  }

  private var columns: String {
    let compression = major >= 14 ? "nullif(attcompression::text, '')" : "NULL"
    return """
      SELECT 'column', c.oid::regclass || '.' || quote_ident(attname), concat_ws(' ', row_number() OVER (PARTITION BY attrelid ORDER BY attnum),
        format_type(atttypid, atttypmod), CASE WHEN attcollation <> t.typcollation THEN 'collate ' || \(TableStatements.collation("attcollation")) END,
        CASE WHEN attnotnull THEN 'not null' END, CASE WHEN c.relkind IN ('r', 'p', 'v', 'f') THEN 'default ' || pg_get_expr(d.adbin, d.adrelid) END,
        'identity ' || nullif(attidentity::text, ''), 'generated ' || nullif(attgenerated::text, ''), 'storage ' || attstorage::text,
        'compression ' || \(compression), 'statistics ' || nullif(coalesce(attstattarget::int, -1), -1)::text,
        'options ' || array_to_string(attoptions, ','), 'foreign ' || \(Self.digest("attfdwoptions")),
        CASE WHEN NOT attislocal THEN 'of its parents alone' END, 'parents ' || nullif(attinhcount, 0)::text,
        'privileges ' || (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") FROM unnest(nullif(attacl, '{}')) a))
      FROM pg_attribute a JOIN c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND attnum > 0 AND NOT attisdropped
      """
  }

  /// Without those that a foreign key has for partitions on either side: they are the parent's, under names of their own
  /// that no tool brings back.
  private static let constraints = """
    SELECT 'constraint', coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text) || '.' || quote_ident(conname),
      concat_ws(' ', pg_get_constraintdef(k.oid), CASE WHEN NOT convalidated THEN 'not validated' END,
        CASE WHEN NOT conislocal THEN 'of its parents alone' END, 'parents ' || nullif(coninhcount, 0)::text)
    FROM pg_constraint k WHERE (conrelid IN (SELECT oid FROM c) OR conrelid = 0 AND connamespace IN (SELECT oid FROM n)
      AND \(without("pg_type", "contypid"))) AND contype <> 't'
      AND NOT (contype = 'f' AND conparentid <> 0) AND \(without("pg_constraint", "k.oid"))
    """

  private var indexes: String {
    """
    SELECT 'index', c.oid::regclass::text, concat_ws(' ', pg_get_indexdef(c.oid), CASE WHEN NOT indisvalid THEN 'invalid' END,
      CASE WHEN indisclustered THEN 'clustered' END, CASE WHEN indisreplident THEN 'replica identity' END,
      'options ' || nullif(array_to_string(ARRAY(SELECT unnest(reloptions) ORDER BY 1), ','), ''),
      (SELECT 'in ' || spcname FROM pg_tablespace s WHERE s.oid = reltablespace),
      'part of ' || (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid),
      (SELECT string_agg(attnum::text || '=' || attstattarget::text, ',' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = c.oid AND coalesce(attstattarget::int, -1) <> -1))
    FROM pg_index x JOIN c ON c.oid = x.indexrelid WHERE indrelid IN (SELECT oid FROM c)
      -- What a failed CREATE INDEX CONCURRENTLY left is in no archive; DatabaseRisks names it.
      AND (indisvalid AND indisready OR c.relkind = 'I')
    """
  }

  private static let triggers = """
    SELECT 'trigger', tgrelid::regclass || '.' || quote_ident(tgname), concat_ws(' ', pg_get_triggerdef(t.oid), 'enabled ' || tgenabled::text)
    FROM pg_trigger t WHERE tgrelid IN (SELECT oid FROM c) AND NOT tgisinternal AND \(without("pg_trigger", "t.oid"))
    UNION ALL
    SELECT 'trigger of a foreign key', format('%I of %s for %s', conname, tgrelid::regclass, tgfoid::regproc), 'enabled ' || tgenabled::text
    FROM pg_trigger t JOIN pg_constraint k ON k.oid = tgconstraint
    WHERE tgrelid IN (SELECT oid FROM c) AND tgisinternal AND tgenabled <> 'O' AND contype = 'f'
    """

  private static let rules = """
    SELECT 'rule', ev_class::regclass || '.' || quote_ident(rulename), concat_ws(' ', pg_get_ruledef(r.oid), 'enabled ' || ev_enabled::text)
    FROM pg_rewrite r WHERE ev_class IN (SELECT oid FROM c) AND rulename <> '_RETURN'
    """

  private static let policies = """
    SELECT 'policy', polrelid::regclass || '.' || quote_ident(polname), concat_ws(' ', polcmd, CASE WHEN polpermissive THEN 'permissive' END,
      (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(r)) END, ',' ORDER BY 1) FROM unnest(polroles) r),
      'using ' || pg_get_expr(polqual, polrelid), 'check ' || pg_get_expr(polwithcheck, polrelid))
    FROM pg_policy WHERE polrelid IN (SELECT oid FROM c)
    """

  private static let functions = """
    SELECT CASE prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.oid::regprocedure::text,
      \(privileges("proacl", "'f'", "proowner")) || ' ' || pg_get_functiondef(p.oid)
    FROM pg_proc p JOIN n ON n.oid = pronamespace WHERE prokind <> 'a' AND \(without("pg_proc", "p.oid"))
    """

  private static let aggregates = """
    SELECT 'aggregate', p.oid::regprocedure::text, concat_ws(' ', \(privileges("proacl", "'f'", "proowner")), aggkind, aggnumdirectargs,
      aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn, aggfinalextra,
      aggmfinalextra, aggfinalmodify, aggmfinalmodify, aggsortop::regoper, aggtranstype::regtype, aggtransspace, aggmtranstype::regtype,
      aggmtransspace, agginitval, aggminitval, proparallel)
    FROM pg_proc p JOIN n ON n.oid = pronamespace JOIN pg_aggregate g ON g.aggfnoid = p.oid WHERE \(without("pg_proc", "p.oid"))
    """

  private var types: String {
    let subscripts = major >= 14 ? "nullif(typsubscript, 0)" : "NULL"
    let multirange = major >= 14 ? "rngmultitypid::regtype" : "NULL"
    return """
      SELECT 'type', t.oid::regtype::text, concat_ws(' ', typtype, \(Self.privileges("typacl", "'T'", "typowner")),
        CASE WHEN typtype = 'd' THEN concat_ws(' ', format_type(typbasetype, typtypmod), CASE WHEN typnotnull THEN 'not null' END,
          'default ' || pg_get_expr(typdefaultbin, 0), 'collate ' || \(TableStatements.collation("typcollation"))) END,
        (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
        (SELECT concat_ws(' ', rngsubtype::regtype, \(TableStatements.collation("rngcollation")), (SELECT opcname FROM pg_opclass o WHERE o.oid = rngsubopc),
          rngcanonical, rngsubdiff, \(multirange)) FROM pg_range WHERE rngtypid = t.oid),
        CASE WHEN typtype = 'b' THEN concat_ws(' ', typlen, typbyval, typcategory, typispreferred, typdelim, typinput, typoutput, typreceive,
          typsend, typmodin, typmodout, typanalyze, typalign, typstorage, \(subscripts), typdefault) END)
      FROM pg_type t JOIN n ON n.oid = typnamespace LEFT JOIN pg_class r ON r.oid = t.typrelid
      WHERE (typtype IN ('d', 'e', 'r') OR typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
        OR typtype = 'c' AND r.relkind = 'c') AND \(Self.without("pg_type", "t.oid"))
      """
  }

  /// Without those that were only named by others, as commutators, and never made.
  private static let operators = """
    SELECT 'operator', o.oid::regoperator::text, concat_ws(' ', 'owner ' || pg_get_userbyid(oprowner), oprcanmerge, oprcanhash,
      oprresult::regtype, oprcom::regoperator, oprnegate::regoperator, oprcode, oprrest, oprjoin)
    FROM pg_operator o JOIN n ON n.oid = oprnamespace WHERE oprcode <> 0 AND \(without("pg_operator", "o.oid"))
    """

  private static let operatorClasses = """
    SELECT 'operator class', i.identity, concat_ws(' ', 'owner ' || pg_get_userbyid(opcowner), (pg_identify_object('pg_opfamily'::regclass,
      opcfamily, 0)).identity, opcintype::regtype, opcdefault, nullif(opckeytype, 0)::regtype)
    FROM pg_opclass o JOIN n ON n.oid = opcnamespace CROSS JOIN LATERAL pg_identify_object('pg_opclass'::regclass, o.oid, 0) i
    WHERE \(without("pg_opclass", "o.oid"))
    """

  private static let operatorFamilies = """
    SELECT 'operator family', i.identity, concat_ws(' ', 'owner ' || pg_get_userbyid(opfowner),
      (SELECT string_agg(concat_ws(' ', amopstrategy, amoppurpose, amopopr::regoperator), ', ' ORDER BY amopstrategy, amopopr::regoperator::text)
        FROM pg_amop WHERE amopfamily = f.oid),
      (SELECT string_agg(concat_ws(' ', amprocnum, amproc::oid::regprocedure, amproclefttype::regtype, amprocrighttype::regtype), ', '
        ORDER BY amprocnum, amproclefttype::regtype::text, amprocrighttype::regtype::text) FROM pg_amproc WHERE amprocfamily = f.oid))
    FROM pg_opfamily f JOIN n ON n.oid = opfnamespace CROSS JOIN LATERAL pg_identify_object('pg_opfamily'::regclass, f.oid, 0) i
    WHERE \(without("pg_opfamily", "f.oid"))
    """

  private static let textSearch = """
    SELECT 'text search configuration', quote_ident(nspname) || '.' || quote_ident(cfgname), concat_ws(' ', 'owner ' || pg_get_userbyid(cfgowner),
      (SELECT prsname FROM pg_ts_parser p WHERE p.oid = cfgparser), (SELECT string_agg(concat_ws(' ', maptokentype, mapseqno, mapdict::regdictionary),
        ', ' ORDER BY maptokentype, mapseqno) FROM pg_ts_config_map WHERE mapcfg = f.oid))
    FROM pg_ts_config f JOIN n ON n.oid = cfgnamespace WHERE \(without("pg_ts_config", "f.oid"))
    UNION ALL
    SELECT 'text search dictionary', quote_ident(nspname) || '.' || quote_ident(dictname), concat_ws(' ', 'owner ' || pg_get_userbyid(dictowner),
      (SELECT tmplname FROM pg_ts_template p WHERE p.oid = dicttemplate), dictinitoption)
    FROM pg_ts_dict d JOIN n ON n.oid = dictnamespace WHERE \(without("pg_ts_dict", "d.oid"))
    UNION ALL
    SELECT 'text search parser', quote_ident(nspname) || '.' || quote_ident(prsname),
      concat_ws(' ', prsstart, prstoken, prsend, prsheadline, prslextype)
    FROM pg_ts_parser p JOIN n ON n.oid = prsnamespace WHERE \(without("pg_ts_parser", "p.oid"))
    UNION ALL
    SELECT 'text search template', quote_ident(nspname) || '.' || quote_ident(tmplname), concat_ws(' ', tmplinit, tmpllexize)
    FROM pg_ts_template p JOIN n ON n.oid = tmplnamespace WHERE \(without("pg_ts_template", "p.oid"))
    """

  private var collations: String {
    let locale = major >= 17 ? "colllocale" : major >= 15 ? "colliculocale" : "NULL"
    let rules = major >= 16 ? "collicurules" : "NULL"
    return """
      SELECT 'collation', \(TableStatements.collation("l.oid")), concat_ws(' ', 'owner ' || pg_get_userbyid(collowner), collprovider, collisdeterministic,
        collencoding, collcollate, collctype, \(locale), \(rules))
      FROM pg_collation l JOIN n ON n.oid = collnamespace WHERE \(Self.without("pg_collation", "l.oid"))
      """
  }

  private static let conversions = """
    SELECT 'conversion', quote_ident(nspname) || '.' || quote_ident(conname), concat_ws(' ', 'owner ' || pg_get_userbyid(conowner),
      pg_encoding_to_char(conforencoding), pg_encoding_to_char(contoencoding), conproc, condefault)
    FROM pg_conversion v JOIN n ON n.oid = connamespace WHERE \(without("pg_conversion", "v.oid"))
    """

  private var sequences: String {
    """
    SELECT 'numbers', c.oid::regclass::text, concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle,
      (SELECT d.deptype::text || ' ' || d.refobjid::regclass || '.' || quote_ident(a.attname) FROM pg_depend d
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))
    FROM pg_sequence q JOIN c ON c.oid = q.seqrelid
    """
  }

  private var statistics: String {
    let target = major >= 13 ? "nullif(coalesce(stxstattarget::int, -1), -1)" : "NULL"
    return """
      SELECT 'statistics', quote_ident(nspname) || '.' || quote_ident(stxname), concat_ws(' ', 'owner ' || pg_get_userbyid(stxowner),
        pg_get_statisticsobjdef(s.oid), \(target))
      FROM pg_statistic_ext s JOIN n ON n.oid = stxnamespace WHERE \(Self.without("pg_statistic_ext", "s.oid"))
      """
  }

  private static let extensions = """
    SELECT 'extension', quote_ident(extname), concat_ws(' ', extversion, 'in ' || extnamespace::regnamespace,
      (SELECT string_agg(t.o::regclass || coalesce(' ' || t.w, ''), ', ' ORDER BY t.o::regclass::text) FROM unnest(extconfig, extcondition) t (o, w)))
    FROM pg_extension
    """

  private static let casts = """
    SELECT 'cast', format('%s as %s', castsource::regtype, casttarget::regtype), concat_ws(' ', nullif(castfunc, 0)::regprocedure, castcontext, castmethod)
    FROM pg_cast k WHERE k.oid >= 16384 AND \(without("pg_cast", "k.oid"))
    UNION ALL
    SELECT 'transform', format('%s for %s', trftype::regtype, lanname), concat_ws(' ', trffromsql, trftosql)
    FROM pg_transform t JOIN pg_language l ON l.oid = trflang WHERE \(without("pg_transform", "t.oid"))
    UNION ALL
    SELECT 'access method', quote_ident(amname), concat_ws(' ', amtype, amhandler) FROM pg_am a WHERE a.oid >= 16384 AND \(without("pg_am", "a.oid"))
    """

  private static let eventTriggers = """
    SELECT 'event trigger', quote_ident(evtname), concat_ws(' ', 'owner ' || pg_get_userbyid(evtowner), evtevent, evtfoid::regprocedure, evtenabled,
      array_to_string(evttags, ',')) FROM pg_event_trigger e WHERE \(without("pg_event_trigger", "e.oid"))
    """

  private var publications: String {
    let root = major >= 13 ? "pubviaroot" : "NULL"
    let parts = major >= 15 ? "array_to_string(prattrs, ','), pg_get_expr(prqual, prrelid)" : "NULL"
    let ofSchemas =
      major >= 15
      ? """
      UNION ALL SELECT 'publication of', format('%I schema %I', pubname, nspname), 'all' FROM pg_publication_namespace s
      JOIN pg_publication p ON p.oid = pnpubid JOIN pg_namespace m ON m.oid = pnnspid
      """ : ""
    return """
      SELECT 'publication', quote_ident(pubname), concat_ws(' ', 'owner ' || pg_get_userbyid(pubowner), puballtables, pubinsert, pubupdate,
        pubdelete, pubtruncate, \(root)) FROM pg_publication
      UNION ALL SELECT 'publication of', format('%I %s', pubname, prrelid::regclass), concat_ws(' ', 'rows', \(parts))
      FROM pg_publication_rel r JOIN pg_publication p ON p.oid = prpubid WHERE prrelid IN (SELECT oid FROM c)
      \(ofSchemas)
      """
  }

  /// Options may be passwords, and only some may see them. Their order says nothing.
  private static func digest(_ options: String) -> String {
    "(SELECT md5(string_agg(o, ',' ORDER BY o COLLATE \"C\")) FROM unnest(\(options)) o)"
  }

  private static let foreignData = """
    SELECT 'foreign data wrapper', quote_ident(fdwname), concat_ws(' ', \(privileges("fdwacl", "'F'", "fdwowner")),
      nullif(fdwhandler, 0)::regproc, nullif(fdwvalidator, 0)::regproc, \(digest("fdwoptions")))
    FROM pg_foreign_data_wrapper f WHERE \(without("pg_foreign_data_wrapper", "f.oid"))
    UNION ALL
    SELECT 'server', quote_ident(srvname), concat_ws(' ', \(privileges("srvacl", "'S'", "srvowner")), srvtype, srvversion,
      \(digest("srvoptions"))) FROM pg_foreign_server s WHERE \(without("pg_foreign_server", "s.oid"))
    UNION ALL
    SELECT 'user mapping', format('%s for %s', srvname, usename), \(digest("umoptions")) FROM pg_user_mappings
    """

  private static let languages = """
    SELECT 'language', quote_ident(lanname), concat_ws(' ', \(privileges("lanacl", "'l'", "lanowner")), lanpltrusted,
      nullif(lanplcallfoid, 0)::regprocedure, nullif(laninline, 0)::regprocedure, nullif(lanvalidator, 0)::regprocedure)
    FROM pg_language l WHERE l.oid >= 16384 AND \(without("pg_language", "l.oid"))
    """

  private static let defaultPrivileges = """
    SELECT 'default privileges', concat_ws(' ', 'of', quote_ident(pg_get_userbyid(defaclrole)), defaclobjtype, nullif(defaclnamespace, 0)::regnamespace),
      (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") FROM unnest(defaclacl) a) FROM pg_default_acl
    """

  private static let comments = """
    SELECT 'comment', 'on ' || pg_describe_object(classoid, objoid, objsubid), description FROM pg_description d
    WHERE objoid >= 16384 AND (classoid <> 'pg_class'::regclass OR objoid IN (SELECT oid FROM c)) AND NOT EXISTS (SELECT FROM member m WHERE m.classid = d.classoid AND m.objid = d.objoid)
    UNION ALL
    SELECT 'security label', format('%s on %s', provider, pg_describe_object(classoid, objoid, objsubid)), label FROM pg_seclabel
    """
}
