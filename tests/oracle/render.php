<?php
// Reads JSON objects, one a line, from standard input: {"text": wikitext, "title": of its page, "templates": {name: wikitext}}.
// Writes the HTML that MediaWiki makes of each as a JSON string on a line.
//   php render.php --conf WIKI/LocalSettings.php    with MW_INSTALL_PATH=WIKI in the environment
use MediaWiki\MediaWikiServices;
use MediaWiki\Settings\SettingsBuilder;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class RenderLines extends Maintenance {
	public function finalSetup( SettingsBuilder $settings = null ) {
		parent::finalSetup( $settings );
		$GLOBALS['wgPygmentizePath'] = __DIR__ . '/pygmentize';
		$GLOBALS['wgEnableUploads'] = false;
		$GLOBALS['wgMainCacheType'] = CACHE_NONE;
	}

	public function execute() {
		$renderer = MediaWikiServices::getInstance()->getContentRenderer();
		while ( ( $line = fgets( STDIN ) ) !== false ) {
			$given = json_decode( $line, true );
			$options = ParserOptions::newFromAnon();
			$options->setTemplateCallback( static function ( $title, $parser ) use ( $given ) {
				$text = $given['templates'][$title->getText()] ?? false;
				return [ 'text' => $text, 'finalTitle' => $title, 'deps' => [] ];
			} );
			$content = new WikitextContent( $given['text'] );
			$output = $renderer->getParserOutput( $content, Title::newFromText( $given['title'] ), null, $options );
			$html = $output->getText( [ 'allowTOC' => false, 'enableSectionEditLinks' => false, 'unwrap' => true ] );
			fwrite( STDOUT, json_encode( $html, JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE ) . "\n" );
		}
	}
}

$maintClass = RenderLines::class;
require_once RUN_MAINTENANCE_IF_MAIN;
