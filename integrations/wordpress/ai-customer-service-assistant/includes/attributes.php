<?php
/**
 * What can be said of the chat at one place: the attributes of the shortcode, and those of the script that they become.
 *
 * @package AICustomerServiceAssistant
 */

namespace AICustomerServiceAssistant;

defined( 'ABSPATH' ) || exit;

const THEMES    = array( 'light', 'dark', 'auto' );
const POSITIONS = array( 'bottom-right', 'bottom-left', 'top-right', 'top-left' );
const FLAGS     = array( 'true', 'false' );

/**
 * Name in a shortcode => what its value has to be. Whatever it is not, is left out.
 */
function checks(): array {
	$number = static function ( int $least, int $most ): callable {
		return static function ( string $given ) use ( $least, $most ): string {
			$is_number = preg_match( '/^\d{1,10}$/D', $given ) && (int) $given >= $least && (int) $given <= $most;
			return $is_number ? (string) (int) $given : '';
		};
	};
	$choice = static function ( array $allowed ): callable {
		return static function ( string $given ) use ( $allowed ): string {
			return one_of( $given, $allowed );
		};
	};
	$text   = __NAMESPACE__ . '\short';
	$color  = static function ( string $given ): string {
		return (string) sanitize_hex_color( $given );
	};
	return array(
		'assistant_id'    => __NAMESPACE__ . '\clean_assistant',
		'theme'           => $choice( THEMES ),
		'position'        => $choice( POSITIONS ),
		'primary_color'   => $color,
		'title'           => $text,
		'welcome_message' => $text,
		'auto_open'       => $choice( FLAGS ),
		'auto_open_delay' => $number( 0, 600000 ),
		'show_avatar'     => $choice( FLAGS ),
		'hide_on_mobile'  => $choice( FLAGS ),
		'z_index'         => $number( 1, 2147483647 ),
		'width'           => $number( 300, 520 ),
		'height'          => $number( 400, 800 ),
		'page_context'    => $text,
		'page_title'      => $text,
		'page_url'        => $text,
	);
}

/**
 * The attributes among $given that are allowed, with values that are; none is empty.
 *
 * @param array $given Name => value, from an author of the site.
 * @return array<string, string>
 */
function allowed( array $given ): array {
	$found = array();
	foreach ( checks() as $name => $check ) {
		$value = $check( text_of( $given, $name ) );
		if ( '' !== $value ) {
			$found[ $name ] = $value;
		}
	}
	return $found;
}

/**
 * The themes to choose from, with what they are called.
 *
 * @return array<string, string>
 */
function themes(): array {
	return array(
		''      => __( 'As set for the channel', 'ai-customer-service-assistant' ),
		'light' => __( 'Light', 'ai-customer-service-assistant' ),
		'dark'  => __( 'Dark', 'ai-customer-service-assistant' ),
		'auto'  => __( 'As the visitor\'s system', 'ai-customer-service-assistant' ),
	);
}

/**
 * The corners to choose from, with what they are called.
 *
 * @return array<string, string>
 */
function positions(): array {
	return array(
		''             => __( 'As set for the channel', 'ai-customer-service-assistant' ),
		'bottom-right' => __( 'Bottom right', 'ai-customer-service-assistant' ),
		'bottom-left'  => __( 'Bottom left', 'ai-customer-service-assistant' ),
		'top-right'    => __( 'Top right', 'ai-customer-service-assistant' ),
		'top-left'     => __( 'Top left', 'ai-customer-service-assistant' ),
	);
}

/**
 * The options of a list to choose from, escaped.
 *
 * @param array  $choices Value => text.
 * @param string $value   Which one is chosen.
 */
function options( array $choices, string $value ): string {
	$made = '';
	foreach ( $choices as $each => $text ) {
		$made .= sprintf( '<option value="%s"%s>%s</option>', esc_attr( $each ), selected( $value, (string) $each, false ), esc_html( $text ) );
	}
	return $made;
}
