<?php
// Reads JSON strings, one a line, from standard input; writes the HTML that MediaWiki makes of each as a JSON string on a line.
//   php render.php --conf WIKI/LocalSettings.php    with MW_INSTALL_PATH=WIKI in the environment
use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class RenderLines extends Maintenance {
	public function execute() {
		$parser = MediaWikiServices::getInstance()->getParserFactory()->create();
		$options = ParserOptions::newFromAnon();
		$title = Title::newFromText( 'Oracle' );
		while ( ( $line = fgets( STDIN ) ) !== false ) {
			$output = $parser->parse( json_decode( $line ), $title, $options );
			$html = $output->getText( [ 'allowTOC' => false, 'enableSectionEditLinks' => false, 'unwrap' => true ] );
			fwrite( STDOUT, json_encode( $html, JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE ) . "\n" );
		}
	}
}

$maintClass = RenderLines::class;
require_once RUN_MAINTENANCE_IF_MAIN;
