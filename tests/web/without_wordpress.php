<?php
// The plug-in's own rules without a WordPress: as much of one as they call, then what they make of what is asked for.
define( 'ABSPATH', __DIR__ );
$stored = array();
function wp_parse_url( $url, $part = -1 ) { return parse_url( $url, $part ); }
function wp_check_invalid_utf8( $text ) { return mb_check_encoding( $text, 'UTF-8' ) ? $text : ''; }
function sanitize_hex_color( $color ) { return preg_match( '/^#([a-f0-9]{3}){1,2}$/i', $color ) ? $color : null; }
function esc_attr( $text ) { return htmlspecialchars( $text, ENT_QUOTES ); }
function esc_url( $text ) { return htmlspecialchars( $text, ENT_QUOTES ); }
function wp_unslash( $value ) { return $value; }
function get_option( $name, $otherwise = false ) { return $GLOBALS['stored'][ $name ] ?? $otherwise; }
function is_front_page() { return false; }
function is_singular() { return false; }
function add_action() {}
function add_filter() {}
if ( ! function_exists( 'mb_check_encoding' ) ) {
	function mb_check_encoding( $text ) { return (bool) preg_match( '//u', $text ); }
	function mb_substr( $text, $from, $length ) { return preg_match( "/^.{0,$length}/us", $text, $found ) ? $found[0] : ''; }
}
list( , $folder, $given ) = $argv;
foreach ( array( 'settings', 'attributes', 'tag' ) as $name ) {
	require "$folder/includes/$name.php";
}
$asked = json_decode( $given, true );
$stored['ai_customer_service_assistant'] = $asked['settings'];
$_SERVER['REQUEST_URI'] = $asked['path'];
foreach ( $asked['places'] as $place ) {
	\AICustomerServiceAssistant\asked( $place[0], $place[1] );
}
echo json_encode(
	array(
		'settings' => \AICustomerServiceAssistant\settings(),
		'said'     => \AICustomerServiceAssistant\attributes_of_page(),
		'tag'      => \AICustomerServiceAssistant\with_attributes( '', 'ai-customer-service-assistant', \AICustomerServiceAssistant\settings()['address'] . '/embed.js' ),
	)
);
