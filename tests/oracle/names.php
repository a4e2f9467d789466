<?php
// Writes runbook/data/names.toml: what MediaWiki's larger languages call namespaces and magic words.
//   php names.php WIKI/languages/messages > runbook/data/names.toml
const LANGUAGES = [ 'Ar', 'Be', 'Bg', 'Bn', 'Ca', 'Cs', 'Da', 'De', 'El', 'En', 'Eo', 'Es', 'Et', 'Eu', 'Fa', 'Fi', 'Fr', 'Gl', 'He',
	'Hi', 'Hr', 'Hu', 'Hy', 'Id', 'It', 'Ja', 'Ka', 'Kk', 'Ko', 'Lt', 'Lv', 'Mk', 'Ms', 'Nb', 'Nl', 'Nn', 'Pl', 'Pt', 'Pt_br', 'Ro',
	'Ru', 'Sk', 'Sl', 'Sr_ec', 'Sr_el', 'Sv', 'Ta', 'Te', 'Th', 'Tr', 'Uk', 'Vi', 'Zh_hans', 'Zh_hant' ];
const SPACES = [ 'media' => -2, 'special' => -1, 'talk' => 1, 'user' => 2, 'file' => 6, 'template' => 10, 'help' => 12,
	'category' => 14 ];
const WORDS = [
	'redirect' => [ 'redirect' ],
	'toc' => [ 'toc' ],
	'switch' => [ 'notoc', 'nogallery', 'forcetoc', 'noeditsection', 'notitleconvert', 'nocontentconvert' ],
	'exact_switch' => [ 'newsectionlink', 'nonewsectionlink', 'hiddencat', 'index', 'noindex', 'staticredirect',
		'expectunusedcategory', 'expectunusedtemplate' ],
	'image_block' => [ 'img_thumbnail', 'img_manualthumb', 'img_framed', 'img_right', 'img_left', 'img_none', 'img_center' ],
	'image_caption' => [ 'img_thumbnail', 'img_manualthumb', 'img_framed' ],
	'image_option' => [ 'img_frameless', 'img_border', 'img_upright', 'img_link', 'img_width' ],
	'image_alt' => [ 'img_alt' ],
];
$constants = [ 'MEDIA', 'SPECIAL', 'MAIN', 'TALK', 'USER', 'USER_TALK', 'PROJECT', 'PROJECT_TALK', 'FILE', 'FILE_TALK',
	'MEDIAWIKI', 'MEDIAWIKI_TALK', 'TEMPLATE', 'TEMPLATE_TALK', 'HELP', 'HELP_TALK', 'CATEGORY', 'CATEGORY_TALK' ];
foreach ( $constants as $number => $name ) {
	define( "NS_$name", $number - 2 );
}

function read( $path ) {
	$namespaceNames = $namespaceAliases = $magicWords = [];
	include $path;
	return [ $namespaceNames, $namespaceAliases, $magicWords ];
}

function table( $name, $rows ) {
	echo "\n[$name]\n";
	foreach ( $rows as $key => $values ) {
		$values = array_map( static fn ( $value ) => trim( str_replace( '_', ' ', $value ) ), $values );
		if ( $key !== 'exact_switch' ) {
			$values = array_map( 'mb_strtolower', $values );
		}
		// Shorter words may as well be a caption or an identifier of a program.
		$least = preg_match( '/^(image|.*switch)/', $key ) ? 4 : 2;
		$values = array_values( array_unique( array_filter( $values, static fn ( $value ) => mb_strlen( $value ) >= $least ) ) );
		sort( $values );
		$quoted = array_map( static fn ( $value ) => json_encode( $value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ), $values );
		echo "$key = [";
		$width = 200;
		foreach ( $quoted as $word ) {
			$width += mb_strlen( $word ) + 2;
			echo $width > 125 ? "\n    " : ' ', "$word,";
			$width = $width > 125 ? 4 + mb_strlen( $word ) : $width;
		}
		echo "\n]\n";
	}
}

$spaces = [ 'file' => [ 'Image' ] ];
$words = [];
foreach ( LANGUAGES as $language ) {
	[ $names, $aliases, $magic ] = read( "$argv[1]/Messages$language.php" );
	foreach ( SPACES as $key => $number ) {
		$spaces[$key] = array_merge( $spaces[$key] ?? [], [ $names[$number] ?? '' ], array_keys( $aliases, $number, true ) );
	}
	foreach ( WORDS as $key => $parts ) {
		foreach ( $parts as $part ) {
			$words[$key] = array_merge( $words[$key] ?? [], array_slice( $magic[$part] ?? [], 1 ) );
		}
	}
}
echo "# What MediaWiki's larger languages call namespaces and magic words, with blanks for underscores, in lower case but for\n";
echo '# exact_switch; any wiki may use any. $1 is where a value stands. Facts from MediaWiki 1.39 (languages/messages/), gathered by tests/oracle/names.php.', "\n";
table( 'namespaces', $spaces );
table( 'words', $words );
