<?php
// Settings of the tests' wiki, read after those that the installation wrote; variants by the environment of the server.
$wgServer = $wgCanonicalServer = getenv( 'TEST_WIKI_URL' ) ?: $wgServer;
$wgArticlePath = '/$1';
$wgUsePathInfo = false;
$wgMainCacheType = CACHE_NONE;
$wgJobRunRate = 0;
$wgPingback = false;
$wgEnableUploads = true;
$wgFileExtensions[] = 'png';
$wgVerifyMimeType = false;
$wgUseImageMagick = false;
$wgRCMaxAge = 100 * 365 * 86400;
$wgFeedLimit = 1000;
$wgFeedCacheTimeout = 0;
$wgPasswordPolicy['policies'] = array_map( static fn ( $p ) => [ 'MinimalPasswordLength' => 1 ], $wgPasswordPolicy['policies'] );
$wgRateLimits = [];
$wgExtraNamespaces[3000] = 'Runbook';
$wgExtraNamespaces[3001] = 'Runbook_talk';
$wgNamespacesWithSubpages[NS_MAIN] = true;
$wgGroupPermissions['sysop']['deleterevision'] = true;
$wgGroupPermissions['sysop']['deletelogentry'] = true;
$wgEnableBotPasswords = true;
$wgMaxArticleSize = 2048;
if ( getenv( 'TEST_WIKI_PRIVATE' ) ) {
	$wgGroupPermissions['*']['read'] = false;
	$wgGroupPermissions['*']['edit'] = false;
	$wgGroupPermissions['*']['createaccount'] = false;
}
if ( getenv( 'TEST_WIKI_LIMITED' ) ) {
	$wgRateLimits = [ 'edit' => [ 'user' => [ 1, 1 ] ] ];
}
