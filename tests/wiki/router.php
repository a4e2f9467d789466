<?php
// For PHP's own server: the entry points as they are, uploaded files, and everything else is a page's title.
$path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ?? '/' );
$root = $_SERVER['DOCUMENT_ROOT'];
$script = '/index.php';
if ( preg_match( '#^/images/[0-9a-f]/[0-9a-f]{2}/[^/]+$#', $path ) ) {
	$file = dirname( getenv( 'MW_CONFIG_FILE' ) ) . $path;
	if ( is_file( $file ) ) {
		header( 'Content-Type: application/octet-stream' );
		readfile( $file );
		return true;
	}
}
if ( preg_match( '#^/(api|index|load|img_auth)\.php(/.*)?$#s', $path, $match ) ) {
	$script = "/{$match[1]}.php";
	if ( isset( $match[2] ) ) {
		$_SERVER['PATH_INFO'] = $match[2];
	}
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $script;
$_SERVER['SCRIPT_FILENAME'] = $root . $script;
chdir( $root );
require $root . $script;
return true;
