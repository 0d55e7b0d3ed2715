// The queries of `CatalogPicture`, which give the identity of each object and whatever can differ. What the server's version
// does not have is left out.

import Postgres

struct CatalogQueries {
  let major: Int
  let scope: Scope

  /// The part of a database that is described.
  struct Scope: Sendable {
    /// Only these schemas; empty for all.
    var schemas: [String] = []
    /// The OIDs of tables, views and sequences that are left out.
    var excluded: [String] = []
    /// Whether only objects of extensions are described.
    var isOfMembers = false
  }

  init(_ serverMajor: Int, _ scope: Scope) { (major, self.scope) = (serverMajor, scope) }

  var sql: String {
    var parts = [
      schemaRows, relations, columns, constraints, indexes, triggers, rules, policies, functions, aggregates,
      types, operators, operatorClasses, operatorFamilies, textSearch, collations, conversions, sequences,
      statistics,
    ]
    // Objects without a schema belong to the database as a whole.
    if scope.schemas.isEmpty { parts += [casts, eventTriggers, foreignData, languages, comments] }
    if scope.schemas.isEmpty && !scope.isOfMembers {
      parts += [extensions, publications, defaultPrivileges, Amendment.pictured]
    }
    // Objects of an extension belong to the role that creates it, and its functions are long.
    let lines =
      scope.isOfMembers
      ? """
      'member ' || m.extname || ': ' || kind || ' ' || identity, md5(coalesce(said, '')) FROM x
      JOIN member m ON m.classid = x.class AND m.objid = x.object
      """ : "kind || ' ' || identity, said FROM x"
    // Materialized, because otherwise the server evaluates the condition on identities before the one on schemas, and
    // computes the names of thousands of its own functions (four fifths of the time).
    return """
      WITH \(common), x (kind, identity, said, class, object) AS MATERIALIZED (
      \(parts.joined(separator: "\nUNION ALL\n"))
      ) SELECT line, said FROM (SELECT \(lines) WHERE identity IS NOT NULL) y (line, said)
      ORDER BY line COLLATE "C", said COLLATE "C"
      """
  }

  /// The schemas, and the objects of extensions.
  private var common: String {
    let chosen =
      scope.schemas.isEmpty
      ? "" : " AND nspname IN (\(scope.schemas.map(\.asLiteral).joined(separator: ", ")))"
    // Extensions also have objects in the server's own schemas.
    let schemas =
      scope.isOfMembers ? "true" : "nspname !~ '^pg_' AND nspname <> 'information_schema'\(chosen)"
    let excluded = scope.excluded.map(\.asLiteral).joined(separator: ", ")
    // Sequences of an excluded table's columns are excluded as well.
    let others =
      scope.excluded.isEmpty
      ? ""
      : """
       AND c.oid NOT IN (\(excluded)) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
        AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND c.relkind = 'S'
        AND d.refobjid IN (\(excluded)))
      """
    return """
      n AS MATERIALIZED (SELECT oid, nspname FROM pg_namespace WHERE \(schemas)),
      member AS MATERIALIZED (SELECT classid, objid, extname FROM pg_depend JOIN pg_extension e ON e.oid = refobjid
        WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass),
      c AS MATERIALIZED (SELECT c.* FROM pg_class c JOIN n ON n.oid = c.relnamespace WHERE \(without("pg_class", "c.oid"))\(others))
      """
  }

  /// Owner, and privileges as a set; `kind` as for `acldefault`. For objects of extensions, pg_dump records the granted
  /// privileges.
  func privileges(_ acl: String, _ kind: String, _ owner: String) -> String {
    if scope.isOfMembers { return "NULL" }
    return """
      'owner ' || pg_get_userbyid(\(owner)) || ' privileges ' || coalesce((SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C")
        FROM unnest(coalesce(\(acl), acldefault(\(kind), \(owner)))) a), '-')
      """
  }

  func owner(_ owner: String) -> String {
    scope.isOfMembers ? "NULL" : "'owner ' || pg_get_userbyid(\(owner))"
  }

  /// The condition that an object belongs to no extension; or that it does, if these are described.
  func without(_ classid: String, _ oid: String) -> String {
    "\(oid) \(scope.isOfMembers ? "" : "NOT ")IN (SELECT objid FROM member WHERE classid = '\(classid)'::regclass)"
  }

  /// The same condition for a part of an object that was already selected.
  func withoutPart(_ classid: String, _ oid: String) -> String {
    scope.isOfMembers ? "true" : without(classid, oid)
  }

  private var schemaRows: String {
    """
    SELECT 'schema', quote_ident(s.nspname), \(privileges("nspacl", "'n'", "nspowner")), 'pg_namespace'::regclass, s.oid FROM pg_namespace s JOIN n USING (oid)
    WHERE \(without("pg_namespace", "s.oid"))
    """
  }

  private var relations: String {
    """
    SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
        WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' ELSE 'composite type' END, c.oid::regclass::text,
      concat_ws(' ', relpersistence, \(privileges("relacl", "CASE relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END", "relowner")),
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
        (SELECT 'server ' || quote_ident(srvname) || ' ' || coalesce(\(digest("ftoptions")), '') FROM pg_foreign_table f
          JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid)), 'pg_class'::regclass, c.oid
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
        'options ' || nullif(array_to_string(ARRAY(SELECT o FROM unnest(attoptions) o WHERE o NOT LIKE '\(ColumnVersion.option)%'), ','), ''),
        'foreign ' || \(digest("attfdwoptions")),
        CASE WHEN NOT attislocal THEN 'of its parents alone' END, 'parents ' || nullif(attinhcount, 0)::text,
        'privileges ' || (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") FROM unnest(nullif(attacl, '{}')) a)), 'pg_class'::regclass, c.oid
      FROM pg_attribute a JOIN c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND attnum > 0 AND NOT attisdropped
      """
  }

  /// Without the constraints that a foreign key has for partitions on either side: they belong to the parent's, under names
  /// of their own that no tool restores.
  private var constraints: String {
    """
    SELECT 'constraint', coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text) || '.' || quote_ident(conname),
      concat_ws(' ', pg_get_constraintdef(k.oid), CASE WHEN NOT convalidated THEN 'not validated' END,
        CASE WHEN NOT conislocal THEN 'of its parents alone' END, 'parents ' || nullif(coninhcount, 0)::text),
      CASE WHEN conrelid = 0 THEN 'pg_type'::regclass ELSE 'pg_class'::regclass END, CASE WHEN conrelid = 0 THEN contypid ELSE conrelid END
    FROM pg_constraint k WHERE (conrelid IN (SELECT oid FROM c) OR conrelid = 0 AND connamespace IN (SELECT oid FROM n)
      AND \(without("pg_type", "contypid"))) AND contype <> 't'
      AND NOT (contype = 'f' AND conparentid <> 0) AND \(withoutPart("pg_constraint", "k.oid"))
    """
  }

  private var indexes: String {
    """
    SELECT 'index', c.oid::regclass::text, concat_ws(' ', pg_get_indexdef(c.oid), CASE WHEN NOT indisvalid THEN 'invalid' END,
      CASE WHEN indisclustered THEN 'clustered' END, CASE WHEN indisreplident THEN 'replica identity' END,
      'options ' || nullif(array_to_string(ARRAY(SELECT unnest(reloptions) ORDER BY 1), ','), ''),
      (SELECT 'in ' || spcname FROM pg_tablespace s WHERE s.oid = reltablespace),
      'part of ' || (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid),
      (SELECT string_agg(attnum::text || '=' || attstattarget::text, ',' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = c.oid AND coalesce(attstattarget::int, -1) <> -1)), 'pg_class'::regclass, indrelid
    FROM pg_index x JOIN c ON c.oid = x.indexrelid WHERE indrelid IN (SELECT oid FROM c)
      -- What a failed CREATE INDEX CONCURRENTLY left is in no archive; DatabaseRisks names it.
      AND (indisvalid AND indisready OR c.relkind = 'I')
    """
  }

  private var triggers: String {
    """
    SELECT 'trigger', tgrelid::regclass || '.' || quote_ident(tgname), concat_ws(' ', pg_get_triggerdef(t.oid), 'enabled ' || tgenabled::text), 'pg_class'::regclass, tgrelid
    FROM pg_trigger t WHERE tgrelid IN (SELECT oid FROM c) AND NOT tgisinternal AND \(withoutPart("pg_trigger", "t.oid"))
    UNION ALL
    SELECT 'trigger of a foreign key', format('%I of %s for %s', conname, tgrelid::regclass, tgfoid::regproc), 'enabled ' || tgenabled::text,
      'pg_class'::regclass, tgrelid
    FROM pg_trigger t JOIN pg_constraint k ON k.oid = tgconstraint
    WHERE tgrelid IN (SELECT oid FROM c) AND tgisinternal AND tgenabled <> 'O' AND contype = 'f'
    """
  }

  private var rules: String {
    """
    SELECT 'rule', ev_class::regclass || '.' || quote_ident(rulename), concat_ws(' ', pg_get_ruledef(r.oid), 'enabled ' || ev_enabled::text), 'pg_class'::regclass, ev_class
    FROM pg_rewrite r WHERE ev_class IN (SELECT oid FROM c) AND rulename <> '_RETURN'
    """
  }

  private var policies: String {
    """
    SELECT 'policy', polrelid::regclass || '.' || quote_ident(polname), concat_ws(' ', polcmd, CASE WHEN polpermissive THEN 'permissive' END,
      (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(r)) END, ',' ORDER BY 1) FROM unnest(polroles) r),
      'using ' || pg_get_expr(polqual, polrelid), 'check ' || pg_get_expr(polwithcheck, polrelid)),
      'pg_class'::regclass, polrelid
    FROM pg_policy WHERE polrelid IN (SELECT oid FROM c)
    """
  }

  private var functions: String {
    """
    SELECT CASE prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.oid::regprocedure::text,
      concat_ws(' ', \(privileges("proacl", "'f'", "proowner")), pg_get_functiondef(p.oid)), 'pg_proc'::regclass, p.oid
    FROM pg_proc p JOIN n ON n.oid = pronamespace WHERE prokind <> 'a' AND \(without("pg_proc", "p.oid"))
    """
  }

  private var aggregates: String {
    """
    SELECT 'aggregate', p.oid::regprocedure::text, concat_ws(' ', \(privileges("proacl", "'f'", "proowner")), aggkind, aggnumdirectargs,
      aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn, aggfinalextra,
      aggmfinalextra, aggfinalmodify, aggmfinalmodify, aggsortop::regoper, aggtranstype::regtype, aggtransspace, aggmtranstype::regtype,
      aggmtransspace, agginitval, aggminitval, proparallel), 'pg_proc'::regclass, p.oid
    FROM pg_proc p JOIN n ON n.oid = pronamespace JOIN pg_aggregate g ON g.aggfnoid = p.oid WHERE \(without("pg_proc", "p.oid"))
    """
  }

  private var types: String {
    let subscripts = major >= 14 ? "nullif(typsubscript, 0)::regproc" : "NULL"
    let multirange = major >= 14 ? "rngmultitypid::regtype" : "NULL"
    return """
      SELECT 'type', t.oid::regtype::text, concat_ws(' ', typtype, \(privileges("typacl", "'T'", "typowner")),
        CASE WHEN typtype = 'd' THEN concat_ws(' ', format_type(typbasetype, typtypmod), CASE WHEN typnotnull THEN 'not null' END,
          'default ' || pg_get_expr(typdefaultbin, 0), 'collate ' || \(TableStatements.collation("typcollation"))) END,
        (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
        (SELECT concat_ws(' ', rngsubtype::regtype, \(TableStatements.collation("rngcollation")), (SELECT opcname FROM pg_opclass o WHERE o.oid = rngsubopc),
          rngcanonical, rngsubdiff, \(multirange)) FROM pg_range WHERE rngtypid = t.oid),
        CASE WHEN typtype = 'b' THEN concat_ws(' ', typlen, typbyval, typcategory, typispreferred, typdelim, typinput, typoutput, typreceive,
          typsend, typmodin, typmodout, typanalyze, typalign, typstorage, \(subscripts), typdefault) END),
        'pg_type'::regclass, t.oid
      FROM pg_type t JOIN n ON n.oid = typnamespace LEFT JOIN pg_class r ON r.oid = t.typrelid
      WHERE (typtype IN ('d', 'e', 'r') OR typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
        OR typtype = 'c' AND r.relkind = 'c') AND \(without("pg_type", "t.oid"))
      """
  }

  /// Without operators that others only name as commutators and that were never made.
  private var operators: String {
    """
    SELECT 'operator', o.oid::regoperator::text, concat_ws(' ', \(owner("oprowner")), oprcanmerge, oprcanhash,
      oprresult::regtype, oprcom::regoperator, oprnegate::regoperator, oprcode, oprrest, oprjoin), 'pg_operator'::regclass, o.oid
    FROM pg_operator o JOIN n ON n.oid = oprnamespace WHERE oprcode <> 0 AND \(without("pg_operator", "o.oid"))
    """
  }

  private var operatorClasses: String {
    """
    SELECT 'operator class', i.identity, concat_ws(' ', \(owner("opcowner")), (pg_identify_object('pg_opfamily'::regclass,
      opcfamily, 0)).identity, opcintype::regtype, opcdefault, nullif(opckeytype, 0)::regtype), 'pg_opclass'::regclass, o.oid
    FROM pg_opclass o JOIN n ON n.oid = opcnamespace CROSS JOIN LATERAL pg_identify_object('pg_opclass'::regclass, o.oid, 0) i
    WHERE \(without("pg_opclass", "o.oid"))
    """
  }

  private var operatorFamilies: String {
    """
    SELECT 'operator family', i.identity, concat_ws(' ', \(owner("opfowner")),
      (SELECT string_agg(concat_ws(' ', amopstrategy, amoppurpose, amopopr::regoperator), ', ' ORDER BY amopstrategy, amopopr::regoperator::text)
        FROM pg_amop WHERE amopfamily = f.oid),
      (SELECT string_agg(concat_ws(' ', amprocnum, amproc::oid::regprocedure, amproclefttype::regtype, amprocrighttype::regtype), ', '
        ORDER BY amprocnum, amproclefttype::regtype::text, amprocrighttype::regtype::text) FROM pg_amproc WHERE amprocfamily = f.oid)), 'pg_opfamily'::regclass, f.oid
    FROM pg_opfamily f JOIN n ON n.oid = opfnamespace CROSS JOIN LATERAL pg_identify_object('pg_opfamily'::regclass, f.oid, 0) i
    WHERE \(without("pg_opfamily", "f.oid"))
    """
  }

  private var textSearch: String {
    """
    SELECT 'text search configuration', quote_ident(nspname) || '.' || quote_ident(cfgname), concat_ws(' ', \(owner("cfgowner")),
      (SELECT prsname FROM pg_ts_parser p WHERE p.oid = cfgparser), (SELECT string_agg(concat_ws(' ', maptokentype, mapseqno, mapdict::regdictionary),
        ', ' ORDER BY maptokentype, mapseqno) FROM pg_ts_config_map WHERE mapcfg = f.oid)), 'pg_ts_config'::regclass, f.oid
    FROM pg_ts_config f JOIN n ON n.oid = cfgnamespace WHERE \(without("pg_ts_config", "f.oid"))
    UNION ALL
    SELECT 'text search dictionary', quote_ident(nspname) || '.' || quote_ident(dictname), concat_ws(' ', \(owner("dictowner")),
      (SELECT tmplname FROM pg_ts_template p WHERE p.oid = dicttemplate), dictinitoption),
      'pg_ts_dict'::regclass, d.oid
    FROM pg_ts_dict d JOIN n ON n.oid = dictnamespace WHERE \(without("pg_ts_dict", "d.oid"))
    UNION ALL
    SELECT 'text search parser', quote_ident(nspname) || '.' || quote_ident(prsname),
      concat_ws(' ', prsstart, prstoken, prsend, prsheadline, prslextype), 'pg_ts_parser'::regclass, p.oid
    FROM pg_ts_parser p JOIN n ON n.oid = prsnamespace WHERE \(without("pg_ts_parser", "p.oid"))
    UNION ALL
    SELECT 'text search template', quote_ident(nspname) || '.' || quote_ident(tmplname), concat_ws(' ', tmplinit, tmpllexize),
      'pg_ts_template'::regclass, p.oid
    FROM pg_ts_template p JOIN n ON n.oid = tmplnamespace WHERE \(without("pg_ts_template", "p.oid"))
    """
  }

  private var collations: String {
    let locale = major >= 17 ? "colllocale" : major >= 15 ? "colliculocale" : "NULL"
    let rules = major >= 16 ? "collicurules" : "NULL"
    return """
      SELECT 'collation', \(TableStatements.collation("l.oid")), concat_ws(' ', \(owner("collowner")), collprovider, collisdeterministic,
        collencoding, collcollate, collctype, \(locale), \(rules)), 'pg_collation'::regclass, l.oid
      FROM pg_collation l JOIN n ON n.oid = collnamespace WHERE \(without("pg_collation", "l.oid"))
      """
  }

  private var conversions: String {
    """
    SELECT 'conversion', quote_ident(nspname) || '.' || quote_ident(conname), concat_ws(' ', \(owner("conowner")),
      pg_encoding_to_char(conforencoding), pg_encoding_to_char(contoencoding), conproc, condefault), 'pg_conversion'::regclass, v.oid
    FROM pg_conversion v JOIN n ON n.oid = connamespace WHERE \(without("pg_conversion", "v.oid"))
    """
  }

  private var sequences: String {
    """
    SELECT 'numbers', c.oid::regclass::text, concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle,
      (SELECT d.deptype::text || ' ' || d.refobjid::regclass || '.' || quote_ident(a.attname) FROM pg_depend d
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))),
      'pg_class'::regclass, c.oid
    FROM pg_sequence q JOIN c ON c.oid = q.seqrelid
    """
  }

  private var statistics: String {
    let target = major >= 13 ? "nullif(coalesce(stxstattarget::int, -1), -1)" : "NULL"
    return """
      SELECT 'statistics', quote_ident(nspname) || '.' || quote_ident(stxname), concat_ws(' ', \(owner("stxowner")),
        pg_get_statisticsobjdef(s.oid), \(target)), 'pg_statistic_ext'::regclass, s.oid
      FROM pg_statistic_ext s JOIN n ON n.oid = stxnamespace WHERE \(without("pg_statistic_ext", "s.oid"))
      """
  }

  /// Options may be passwords, which only some users can see. Their order does not matter.
  func digest(_ options: String) -> String {
    "(SELECT md5(string_agg(o, ',' ORDER BY o COLLATE \"C\")) FROM unnest(\(options)) o)"
  }
}
